namespace Sightline.Store.Series;

/// <summary>Stored series of a project in the order in which they came to be found, which never changes: indexes that others make of them go on from where they were.</summary>
public sealed class PublishedSeries
{
    private readonly Lock _lock = new();
    private readonly List<SeriesEntry> _entries = [];

    internal PublishedSeries()
    {
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Those at these places.</summary>
    public IReadOnlyList<SeriesEntry> At(IEnumerable<int> places)
    {
        lock (_lock)
        {
            return [.. places.Select(place => _entries[place])];
        }
    }

    /// <summary>Copies those from a place on into the span, as many as there are and fit.</summary>
    /// <returns>How many.</returns>
    public int Copy(int from, Span<SeriesEntry> into)
    {
        lock (_lock)
        {
            var count = Math.Min(_entries.Count - from, into.Length);
            _entries.Slice(from, count).CopyTo(into);
            return count;
        }
    }

    internal void Add(SeriesEntry entry)
    {
        lock (_lock)
        {
            entry.Place = _entries.Count;
            _entries.Add(entry);
        }
    }
}
