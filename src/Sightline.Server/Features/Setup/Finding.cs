namespace Sightline.Server.Features.Setup;

/// <summary>A finding of a check.</summary>
/// <param name="IsGood">As it should be.</param>
/// <param name="Text">In words, with what to do about it. Holds text of the site: hostile.</param>
public sealed record Finding(bool IsGood, string Text);
