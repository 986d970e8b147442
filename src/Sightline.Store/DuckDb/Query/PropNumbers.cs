using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>The numbers one property has in each group.</summary>
internal sealed class PropNumbers(PropNeed need, int column, MemoryBudget budget)
{
    private readonly List<Accumulator?> groups = [];

    public int Column { get; } = column;

    public void Add(int group, double number)
    {
        while (groups.Count <= group)
        {
            groups.Add(null);
        }
        var sums = groups[group] ??= new();
        sums.Min = sums.Count == 0 ? number : Math.Min(sums.Min, number);
        sums.Max = sums.Count == 0 ? number : Math.Max(sums.Max, number);
        sums.Sum += number;
        sums.Count++;
        if (need.Percentiles.Count > 0)
        {
            budget.Take(2 * sizeof(double));
            sums.All.Add(number);
        }
    }

    public PropState State(int group)
    {
        if (group >= groups.Count || groups[group] is not { } sums)
        {
            return new(0, 0, 0, 0, []);
        }
        sums.All.Sort();
        return new(sums.Count, sums.Sum, sums.Min, sums.Max, [.. need.Percentiles.Select(p => Percentile(sums.All, p))]);
    }

    private static double Percentile(List<double> sorted, int percentile)
    {
        var rank = percentile / 100.0 * (sorted.Count - 1);
        var below = (int)rank;
        return below + 1 < sorted.Count ? sorted[below] + ((rank - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }

    private sealed class Accumulator
    {
        public long Count;
        public double Sum;
        public double Min;
        public double Max;

        public List<double> All { get; } = [];
    }
}
