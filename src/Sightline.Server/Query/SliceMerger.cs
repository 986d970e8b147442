using Sightline.Core.Queries;

namespace Sightline.Server.Query;

/// <summary>Puts the slices of days together.</summary>
internal sealed class SliceMerger(GroupPlan plan)
{
    private readonly List<GroupRow> rows = [];
    private readonly Dictionary<string, GroupState> sums = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> otherMoney = [];

    public void Add(List<GroupRow> slice, long startMs)
    {
        if (plan.Buckets is { } buckets)
        {
            var first = buckets.IndexOf(startMs);
            foreach (var row in slice)
            {
                rows.Add(row with { Bucket = first + row.Bucket });
            }
            return;
        }
        foreach (var row in slice)
        {
            var key = row.Values.Length == 1 ? row.Values[0] : string.Join('\0', row.Values.Select(value => $"{value.Length}:{value}"));
            if (!sums.TryGetValue(key, out var sum))
            {
                sums[key] = sum = new();
                rows.Add(row with { State = sum });
            }
            sum.AddCounts(row.State);
        }
    }

    public void AddOtherMoney(IReadOnlyDictionary<string, long> money)
    {
        foreach (var (currency, amount) in money)
        {
            otherMoney[currency] = otherMoney.GetValueOrDefault(currency) + amount;
        }
    }

    public GroupTable Table()
    {
        GroupState total = new();
        if (plan.WantsTotal)
        {
            foreach (var row in rows)
            {
                total.AddCounts(row.State);
            }
        }
        return new(rows, total, otherMoney);
    }
}
