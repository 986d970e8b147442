using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>An event on its way into the store, with its texts in the dictionary.</summary>
internal sealed class PendingEvent(Event e)
{
    public Event Event => e;

    public required TextEntry Name { get; init; }

    public required TextEntry Host { get; init; }

    public required TextEntry Path { get; init; }

    public required TextEntry Title { get; init; }

    public required TextEntry Currency { get; init; }

    public uint SessionId { get; set; }
}
