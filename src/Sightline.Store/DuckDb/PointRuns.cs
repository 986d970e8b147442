using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Points of one series as they were found: blocks, some of which may overlap, and single ones. Of a second that several have, the one that was written last counts.</summary>
internal sealed class PointRuns
{
    private readonly List<(PackedBlock Block, long Row)> _blocks = [];
    private readonly List<Point> _arrived = [];
    private readonly List<long> _arrivedRows = [];

    /// <param name="block">Points in order of time, once a second.</param>
    /// <param name="row">Counts more than a smaller one.</param>
    public void Add(PackedBlock block, long row) => _blocks.Add((block, row));

    /// <summary>Points in blocks.</summary>
    public long Packed => _blocks.Sum(static run => (long)run.Block.Count);

    /// <summary>A point that is not packed yet; it counts more than all that are.</summary>
    public void Arrived(Point point, long row)
    {
        _arrived.Add(point);
        _arrivedRows.Add(row);
    }

    public Point[] InOrder() => InOrder(0, uint.MaxValue);

    /// <param name="from">First second.</param>
    /// <param name="until">Last second.</param>
    public Point[] InOrder(long from, long until)
    {
        // Nothing promises the order of rows behind a long list of series.
        _blocks.Sort(static (a, b) => a.Row.CompareTo(b.Row));
        var arrived = InOrderOfRows();
        var all = new Point[_blocks.Sum(static run => run.Block.Count) + arrived.Length];
        var count = 0;
        var sorted = true;
        foreach (var (block, _) in _blocks)
        {
            sorted &= count == 0 || block.First > all[count - 1].Time;
            Read(block, all.AsSpan(count, (int)block.Count));
            count = block.First >= from && block.Last <= until ? count + (int)block.Count : Keep(all, count, (int)block.Count, from, until);
        }

        sorted &= arrived.Length == 0 || count == 0 || arrived[0].Time > all[count - 1].Time;
        arrived.CopyTo(all, count);
        count = Keep(all, count, arrived.Length, from, until);
        return sorted ? (count == all.Length ? all : all[..count]) : OnceASecond(all.AsSpan(0, count));
    }

    private static void Read(PackedBlock block, Span<Point> into)
    {
        try
        {
            PackedPoints.Read(block.Data, into);
        }
        catch (InvalidDataException)
        {
            throw new DamagedPointsException(block.Series, block.First);
        }

        if (into.IsEmpty || into[0].Time != block.First || into[^1].Time != block.Last)
        {
            throw new DamagedPointsException(block.Series, block.First);
        }
    }

    /// <summary>Of points behind those that are kept, keeps those of a range.</summary>
    /// <returns>How many are kept now.</returns>
    private static int Keep(Point[] all, int kept, int more, long from, long until)
    {
        var points = all.AsSpan(kept, more);
        var (first, behind) = (FirstFrom(points, from), FirstFrom(points, until + 1));
        points[first..behind].CopyTo(points);
        return kept + behind - first;
    }

    private Point[] InOrderOfRows()
    {
        var (points, rows) = (_arrived.ToArray(), _arrivedRows.ToArray());
        var sorted = true;
        for (var i = 1; i < points.Length; i++)
        {
            sorted &= points[i].Time > points[i - 1].Time;
        }

        if (sorted)
        {
            return points;
        }

        Array.Sort(rows, points);
        return OnceASecond(points);
    }

    /// <summary>Of points of the same second the last.</summary>
    private static Point[] OnceASecond(Span<Point> points)
    {
        var places = new long[points.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = ((long)points[i].Time << 32) | (uint)i;
        }

        var ordered = points.ToArray();
        Array.Sort(places, ordered);
        var count = 0;
        foreach (var point in ordered)
        {
            count -= count > 0 && ordered[count - 1].Time == point.Time ? 1 : 0;
            ordered[count++] = point;
        }

        return ordered[..count];
    }

    private static int FirstFrom(ReadOnlySpan<Point> points, long time)
    {
        var (low, high) = (0, points.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = points[middle].Time < time ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
