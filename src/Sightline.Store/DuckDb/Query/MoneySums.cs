using Sightline.Core.Model;

namespace Sightline.Store.DuckDb.Query;

/// <summary>Money, added up: in the project's currency for every group, in others for the whole.</summary>
internal sealed class MoneySums(Selection selection, IdSet ownCurrency, MemoryBudget budget)
{
    private readonly int amountColumn = selection.Need("revenue_e4");
    private readonly int currencyColumn = selection.Need("currency");
    private readonly Dictionary<uint, long> others = [];
    private long[] sums = [];
    private long[] counts = [];

    public long RevenueE4(int group) => sums[group];

    /// <summary>Events with an amount in the project's currency.</summary>
    public long Count(int group) => counts[group];

    public void Grow(int groups)
    {
        budget.Grow(ref sums, groups);
        budget.Grow(ref counts, groups);
    }

    public void Add(DuckDbChunk chunk, ReadOnlySpan<bool> counted, ReadOnlySpan<int> groups)
    {
        var amounts = chunk.Column(amountColumn);
        var values = amounts.Values<long>();
        var currencies = chunk.Column(currencyColumn).Values<uint>();
        for (var i = 0; i < counted.Length; i++)
        {
            if (!counted[i] || amounts.IsNull(i))
            {
                continue;
            }
            if (ownCurrency.Contains(currencies[i]))
            {
                sums[groups[i]] += values[i];
                counts[groups[i]]++;
            }
            else
            {
                others[currencies[i]] = others.GetValueOrDefault(currencies[i]) + values[i];
            }
        }
    }

    /// <summary>Takes over the sums of another thread. Both have grown to all groups.</summary>
    public void Absorb(MoneySums other, int[] map)
    {
        for (var g = 0; g < map.Length; g++)
        {
            sums[map[g]] += other.sums[g];
            counts[map[g]] += other.counts[g];
        }
        foreach (var (currency, amount) in other.others)
        {
            others[currency] = others.GetValueOrDefault(currency) + amount;
        }
    }

    public Dictionary<string, long> OthersByName(StringDictionary strings)
    {
        if (others.Count == 0)
        {
            return [];
        }
        IdSet wanted = new();
        foreach (var id in others.Keys)
        {
            wanted.Add(id);
        }
        var texts = strings.Texts(StringKind.Currency, wanted);
        return others.ToDictionary(money => texts[money.Key], money => money.Value, StringComparer.Ordinal);
    }
}
