namespace Sightline.Core.Model;

/// <summary>What a series' points were at each step of one of its archives, whatever way its coarser values are made.</summary>
public static class RollUpSummaries
{
    /// <summary>Answers at whole steps; NaN: no point is known.</summary>
    /// <inheritdoc cref="RollUp.Values" path="/param"/>
    /// <param name="kept">Summaries of each archive, in order of time.</param>
    /// <param name="question">What is asked of each step.</param>
    public static double[] Values(
        SeriesKeeping keeping, int level, long start, int count, IReadOnlyList<Point[]> points, IReadOnlyList<IReadOnlyList<KeptSummary>> kept, Func<PointSummary, double> question) =>
        Array.ConvertAll(Parts(keeping, level, start, count, points, kept), part => part is null ? double.NaN : question(part));

    private static PointSummary?[] Parts(SeriesKeeping keeping, int level, long start, int count, IReadOnlyList<Point[]> points, IReadOnlyList<IReadOnlyList<KeptSummary>> kept)
    {
        var step = keeping.Archives[level].Step;
        var parts = new PointSummary?[count];
        var own = new double[count];
        Array.Fill(own, double.NaN);
        foreach (var point in points[level])
        {
            if (point.Time >= start && (point.Time - start) / step is var slot && slot < count)
            {
                own[slot] = point.Value;
            }
        }

        foreach (var summary in kept[level])
        {
            // A value that came by itself since then stands for what it is.
            if (summary.Time >= start && (summary.Time - start) / step is var slot && slot < count && (double.IsNaN(own[slot]) || own[slot].Equals(summary.Value)))
            {
                parts[slot] = parts[slot]?.Then(summary.Summary) ?? summary.Summary;
            }
        }

        for (var slot = 0; slot < count; slot++)
        {
            parts[slot] ??= double.IsNaN(own[slot]) ? null : PointSummary.Of(own[slot]);
        }

        if (level > 0)
        {
            Fill(keeping, level, start, parts, points, kept);
        }

        return parts;
    }

    private static void Fill(SeriesKeeping keeping, int level, long start, PointSummary?[] parts, IReadOnlyList<Point[]> points, IReadOnlyList<IReadOnlyList<KeptSummary>> kept)
    {
        var (least, most) = (long.MaxValue, long.MinValue);
        for (var finer = 0; finer < level; finer++)
        {
            foreach (var time in (IEnumerable<uint>)[.. points[finer].Take(1).Select(static point => point.Time), .. points[finer].TakeLast(1).Select(static point => point.Time),
                .. kept[finer].Take(1).Select(static one => one.Time), .. kept[finer].TakeLast(1).Select(static one => one.Time)])
            {
                (least, most) = (Math.Min(least, time), Math.Max(most, time));
            }
        }

        var step = keeping.Archives[level].Step;
        var first = (int)Math.Clamp((least - start) / step, 0, parts.Length);
        var last = (int)Math.Clamp((most - start) / step, -1, parts.Length - 1);
        if (least > most || first > last)
        {
            return;
        }

        var ratio = (int)(step / keeping.Archives[level - 1].Step);
        var finerParts = Parts(keeping, level - 1, start + ((long)first * step), checked((last - first + 1) * ratio), points, kept);
        for (var slot = first; slot <= last; slot++)
        {
            parts[slot] ??= PointSummary.Of(finerParts.AsSpan((slot - first) * ratio, ratio));
        }
    }
}
