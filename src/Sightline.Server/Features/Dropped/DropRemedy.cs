namespace Sightline.Server.Features.Dropped;

/// <summary>What makes such events count from now on, by one click.</summary>
/// <param name="Action">Last part of the address that does it.</param>
/// <param name="Field">Name of the form's field.</param>
/// <param name="Value">Its value.</param>
/// <param name="Text">On the button.</param>
public sealed record DropRemedy(string Action, string Field, string Value, string Text);
