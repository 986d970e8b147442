using Sightline.Core.Wire.StatsD;

namespace Sightline.Store.Series;

/// <summary>The series of one project: by name, and as a tree of the elements of untagged names.</summary>
internal sealed class ProjectSeries
{
    /// <summary>Of all, wanted ones too.</summary>
    public Dictionary<byte[], SeriesEntry> ByName { get; } = new(Utf8Keys.Comparer);

    /// <summary>Coarser archives of all, by their own names, wanted ones too.</summary>
    public Dictionary<byte[], SeriesEntry> Levels { get; } = new(Utf8Keys.Comparer);

    /// <summary>Of those that are stored.</summary>
    public SeriesNode Root { get; } = new(null, "");

    /// <summary>Those with tags, by name, stored.</summary>
    public Dictionary<string, SeriesEntry> Tagged { get; } = new(StringComparer.Ordinal);

    /// <summary>All that are stored.</summary>
    public SortedSeries Sorted { get; } = new();

    /// <summary>Those with tags that are stored.</summary>
    public SortedSeries SortedTagged { get; } = new();

    /// <summary>All that are stored, as they came.</summary>
    public PublishedSeries Published { get; } = new();

    public void Publish(SeriesEntry entry)
    {
        if (entry.Of is { } series)
        {
            series.AddCoarser(entry);
            return;
        }

        Sorted.Add(entry);
        Published.Add(entry);

        var name = entry.Name;
        if (name.Contains(';', StringComparison.Ordinal))
        {
            Tagged[name] = entry;
            SortedTagged.Add(entry);
        }
        else
        {
            Root.Add(entry, name);
        }
    }
}
