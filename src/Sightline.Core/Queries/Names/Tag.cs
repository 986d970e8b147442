namespace Sightline.Core.Queries.Names;

/// <summary>A tag of an index: its values, each with the names that have it.</summary>
public sealed class Tag
{
    private readonly Dictionary<string, TagValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TagValue>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    internal Tag(string name) => (Name, _lookup) = (name, _values.GetAlternateLookup<ReadOnlySpan<char>>());

    public string Name { get; }

    /// <summary>Names that have it.</summary>
    public int Count { get; private set; }

    public IReadOnlyCollection<TagValue> Values => _values.Values;

    public TagValue? Find(string value) => _values.GetValueOrDefault(value);

    /// <summary>The values that pass, the first in order of their texts; all of them are looked at, none is sorted in vain.</summary>
    public IReadOnlyList<TagValue> First(int limit, Func<TagValue, bool> pass)
    {
        // The worst of those kept is on top.
        var kept = new PriorityQueue<TagValue, string>(Comparer<string>.Create(static (a, b) => string.CompareOrdinal(b, a)));
        foreach (var value in _values.Values)
        {
            if ((kept.Count < limit || (kept.TryPeek(out var worst, out _) && string.CompareOrdinal(value.Text, worst.Text) < 0)) && pass(value))
            {
                kept.Enqueue(value, value.Text);
                if (kept.Count > limit)
                {
                    kept.Dequeue();
                }
            }
        }

        return [.. kept.UnorderedItems.Select(static item => item.Element).OrderBy(static value => value.Text, StringComparer.Ordinal)];
    }

    internal void Add(int id, ReadOnlySpan<char> value)
    {
        Count++;
        if (!_lookup.TryGetValue(value, out var known))
        {
            var text = value.ToString();
            _values.Add(text, known = new TagValue(text));
        }

        known.Add(id);
    }
}
