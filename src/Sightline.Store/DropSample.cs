namespace Sightline.Store;

/// <summary>One datum that was dropped, as it came.</summary>
public sealed record DropSample(long TimeMs, string Text);
