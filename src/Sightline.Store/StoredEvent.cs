using Sightline.Core.Model;

namespace Sightline.Store;

/// <summary>An event with a little of its visit, for lists of events.</summary>
/// <param name="Place">Grows in the order of storing; after rows were erased it may begin lower.</param>
public sealed record StoredEvent(
    long Place, long TimeMs, EventKind Kind, string Name, string Path, string Source, string Country, string City, string Device, string Browser);
