namespace Sightline.Core.Model;

/// <summary>One or more data of a batch that cannot be stored, and why.</summary>
/// <param name="Reason">The reason the project's owner reads.</param>
/// <param name="Count">How many data; at least 1.</param>
/// <param name="Sample">What was sent, cut to 500 characters; never an address or a secret.</param>
public readonly record struct IncomingDrop(DropReason Reason, uint Count, string? Sample);
