using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>An event on its way into the store, with its texts in the dictionary.</summary>
internal struct PendingEvent
{
    public Event Event { get; init; }

    public TextEntry Name { get; init; }

    public TextEntry Host { get; init; }

    public TextEntry Path { get; init; }

    public TextEntry Title { get; init; }

    public TextEntry Currency { get; init; }

    public uint SessionId { get; set; }
}
