namespace Sightline.Store.Series;

/// <summary>Series in the order of their names' bytes. What is added is merged in when somebody asks: sorting a million anew takes seconds.</summary>
internal sealed class SortedSeries
{
    private readonly Lock _lock = new();
    private readonly List<SeriesEntry> _added = [];
    private SeriesEntry[] _sorted = [];

    public void Add(SeriesEntry entry)
    {
        lock (_lock)
        {
            _added.Add(entry);
        }
    }

    /// <summary>Never changed afterwards.</summary>
    public IReadOnlyList<SeriesEntry> All()
    {
        lock (_lock)
        {
            if (_added.Count > 0)
            {
                _added.Sort(static (a, b) => a.Utf8Name.AsSpan().SequenceCompareTo(b.Utf8Name));
                _sorted = Merge(_sorted, _added);
                _added.Clear();
            }

            return _sorted;
        }
    }

    private static SeriesEntry[] Merge(SeriesEntry[] sorted, List<SeriesEntry> added)
    {
        var merged = new SeriesEntry[sorted.Length + added.Count];
        for (int at = 0, a = 0, b = 0; at < merged.Length; at++)
        {
            merged[at] = b == added.Count || (a < sorted.Length && sorted[a].Utf8Name.AsSpan().SequenceCompareTo(added[b].Utf8Name) <= 0) ? sorted[a++] : added[b++];
        }

        return merged;
    }
}
