namespace Sightline.Server.Show;

/// <summary>Something that happened, on a graph.</summary>
/// <param name="Index">The bucket it lies in.</param>
/// <param name="When">As written.</param>
/// <param name="Text">Hostile text.</param>
public sealed record GraphNote(int Index, string When, string Text);
