namespace Sightline.Core.Model;

/// <summary>How an event counts. Written to disk: numbers never change meaning.</summary>
public enum EventKind : byte
{
    /// <summary>A page was seen.</summary>
    PageView = 1,
    /// <summary>The visitor did something (custom event, download, outbound link, search, order): a visit with one is no bounce.</summary>
    Interaction = 2,
    /// <summary>Something happened that the visitor did not do (a content impression): counted as an event, ends no bounce.</summary>
    Passive = 3,
    /// <summary>
    /// Time and scroll depth of a page seen earlier. It keeps its visit alive and is counted neither as event nor as visit;
    /// a visit of nothing else is not shown.
    /// </summary>
    Engagement = 4,
}
