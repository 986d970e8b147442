namespace Sightline.Core.Model;

/// <summary>Values of a series at the step of one of its archives, made of what is kept and of finer values. NaN: none.</summary>
public static class RollUp
{
    /// <summary>Values at whole steps.</summary>
    /// <param name="keeping">Of the series.</param>
    /// <param name="level">Which archive.</param>
    /// <param name="start">The first step, a multiple of the archive's.</param>
    /// <param name="count">How many steps.</param>
    /// <param name="points">
    /// Of each archive, in order of time; of the finest at any second. Those of finer archives must reach over the same time. NaN in a coarser one: it is to be
    /// made of finer ones.
    /// </param>
    public static double[] Values(SeriesKeeping keeping, int level, long start, int count, IReadOnlyList<Point[]> points)
    {
        var step = keeping.Archives[level].Step;
        var values = new double[count];
        Array.Fill(values, double.NaN);
        foreach (var point in points[level])
        {
            // A series is kept finer than its points came, or the other way round: the last one of a step counts.
            var slot = ((long)point.Time - start) / step;
            if (point.Time >= start && slot < count)
            {
                values[slot] = point.Value;
            }
        }

        if (level > 0 && Array.Exists(values, double.IsNaN))
        {
            Fill(keeping, level, start, values, points);
        }

        return values;
    }

    /// <summary>One coarser value, or NaN when too few are there.</summary>
    /// <param name="finer">NaN where there is none.</param>
    /// <param name="method">How.</param>
    /// <param name="xFilesFactor">The share that must be there.</param>
    public static double Of(ReadOnlySpan<double> finer, RollUpMethod method, float xFilesFactor)
    {
        var known = 0;
        double sum = 0, last = double.NaN, most = double.NegativeInfinity, least = double.PositiveInfinity, far = double.NaN, near = double.NaN;
        foreach (var value in finer)
        {
            if (double.IsNaN(value))
            {
                continue;
            }

            known++;
            sum += value;
            last = value;
            most = Math.Max(most, value);
            least = Math.Min(least, value);
            far = double.IsNaN(far) || Math.Abs(value) > Math.Abs(far) ? value : far;
            near = double.IsNaN(near) || Math.Abs(value) < Math.Abs(near) ? value : near;
        }

        if (known == 0 || (double)known / finer.Length < xFilesFactor)
        {
            return double.NaN;
        }

        return method switch
        {
            RollUpMethod.Average => sum / known,
            RollUpMethod.Sum => sum,
            RollUpMethod.Last => last,
            RollUpMethod.Max => most,
            RollUpMethod.Min => least,
            RollUpMethod.AverageZero => sum / finer.Length,
            RollUpMethod.AbsMax => far,
            _ => near,
        };
    }

    private static void Fill(SeriesKeeping keeping, int level, long start, double[] values, IReadOnlyList<Point[]> points)
    {
        var ratio = (int)(keeping.Archives[level].Step / keeping.Archives[level - 1].Step);
        // Only where finer points lie can anything be made of them: the rest of a long range stays as it is.
        var (first, last) = Reach(keeping, level, start, values.Length, points);
        if (first > last)
        {
            return;
        }

        var finer = Values(keeping, level - 1, start + ((long)first * keeping.Archives[level].Step), checked((last - first + 1) * ratio), points);
        for (var i = first; i <= last; i++)
        {
            if (double.IsNaN(values[i]))
            {
                values[i] = Of(finer.AsSpan((i - first) * ratio, ratio), keeping.Method, keeping.XFilesFactor);
            }
        }
    }

    private static (int First, int Last) Reach(SeriesKeeping keeping, int level, long start, int count, IReadOnlyList<Point[]> points)
    {
        var step = keeping.Archives[level].Step;
        var (first, last) = (long.MaxValue, long.MinValue);
        for (var finer = 0; finer < level; finer++)
        {
            if (points[finer].Length > 0)
            {
                first = Math.Min(first, points[finer][0].Time);
                last = Math.Max(last, points[finer][^1].Time);
            }
        }

        return first > last ? (0, -1) : ((int)Math.Clamp((first - start) / step, 0, count), (int)Math.Clamp((last - start) / step, -1, count - 1));
    }
}
