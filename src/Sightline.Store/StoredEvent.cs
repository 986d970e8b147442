using Sightline.Core.Model;

namespace Sightline.Store;

/// <summary>An event with a little of its visit, for lists of events.</summary>
/// <param name="Key">Tells it from every other event of the list, and stays what it is: in a settled month, after others were erased, over restarts.</param>
public sealed record StoredEvent(
    ulong Key, long TimeMs, EventKind Kind, string Name, string Path, string Source, string Country, string City, string Device, string Browser);
