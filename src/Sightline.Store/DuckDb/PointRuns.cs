using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>Points of one series as they were found: runs in order of time, some of which may overlap. Of a second that several have, the one that was written last counts.</summary>
internal sealed class PointRuns
{
    private readonly List<(Point[] Points, long Row)> _runs = [];
    private List<Point>? _arrived;
    private List<long>? _arrivedRows;

    /// <param name="points">In order of time, once a second.</param>
    /// <param name="row">Counts more than a smaller one.</param>
    public void Add(Point[] points, long row) => _runs.Add((points, row));

    /// <summary>A point that is not packed yet; it counts more than all that are.</summary>
    public void Arrived(Point point, long row)
    {
        (_arrived ??= []).Add(point);
        (_arrivedRows ??= []).Add(row);
    }

    public Point[] InOrder() => InOrder(0, uint.MaxValue);

    /// <param name="from">First second.</param>
    /// <param name="until">Last second.</param>
    public Point[] InOrder(long from, long until)
    {
        // Nothing promises the order of rows behind a long list of series.
        _runs.Sort(static (a, b) => a.Row.CompareTo(b.Row));
        if (_arrived is not null)
        {
            _runs.Add((InOrderOfRows(), long.MaxValue));
            (_arrived, _arrivedRows) = (null, null);
        }

        var all = new Point[_runs.Sum(static run => run.Points.Length)];
        var (count, sorted) = (0, true);
        foreach (var (points, _) in _runs)
        {
            var (first, behind) = (FirstFrom(points, from), FirstFrom(points, until + 1));
            sorted &= first == behind || count == 0 || points[first].Time > all[count - 1].Time;
            points.AsSpan(first..behind).CopyTo(all.AsSpan(count));
            count += behind - first;
        }

        return sorted ? (count == all.Length ? all : all[..count]) : OnceASecond(all.AsSpan(0, count));
    }

    private Point[] InOrderOfRows()
    {
        var (points, rows) = (_arrived!.ToArray(), _arrivedRows!.ToArray());
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

    private static int FirstFrom(Point[] points, long time)
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
