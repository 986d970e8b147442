namespace Sightline.Server.Show;

/// <summary>One of several views: a tab, a segment, an item of a menu.</summary>
public sealed record Choice(string Name, string Href, bool IsCurrent, string? Hint = null);
