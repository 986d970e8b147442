using Sightline.Core.Model;
using Sightline.Store.Series;

namespace Sightline.Store;

/// <summary>
/// What one transaction of the store takes: everything that came of the log's records up to <see cref="UpTo"/> and after the
/// position the store held before. Exactly once: rows and position become durable together.
/// </summary>
public sealed class StoreBatch
{
    public required LogPosition UpTo { get; set; }

    public List<Event> Events { get; } = [];

    public List<ReceivedCount> Received { get; } = [];

    public List<Drop> Drops { get; } = [];

    public List<(uint Project, ImportProgress Progress)> Imports { get; } = [];

    /// <summary>Points of metrics.</summary>
    public PointRows Points { get; } = new();

    /// <summary>How series are kept from now on, and what they were imported from.</summary>
    public List<(SeriesEntry Series, SeriesKeeping Keeping, ulong Source)> Keepings { get; } = [];

    /// <summary>How many of the points came by which request, for the count of what was stored.</summary>
    public List<ReceivedCount> StoredPoints { get; } = [];

    /// <summary>What happened once. Kept with the settings, beside the notes, and not by the store's transaction.</summary>
    public List<StoredChange> Changes { get; } = [];

    /// <summary>Empties it, to be used again.</summary>
    public void Clear()
    {
        Events.Clear();
        Received.Clear();
        Drops.Clear();
        Imports.Clear();
        Points.Truncate(0);
        Keepings.Clear();
        StoredPoints.Clear();
        Changes.Clear();
    }
}
