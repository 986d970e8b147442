namespace Sightline.Store.Settings;

/// <summary>Something that happened, on a project's time line.</summary>
/// <param name="Id">Never used twice.</param>
/// <param name="TimeMs">When, Unix milliseconds UTC.</param>
/// <param name="Text">What, as its author wrote it.</param>
/// <param name="IsPrivate">Not shown through shared links and public dashboards.</param>
public sealed record Note(long Id, long TimeMs, string Text, bool IsPrivate = false);
