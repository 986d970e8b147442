using Sightline.Core.Model;

namespace Sightline.Store;

/// <summary>Data of a project that were received and not stored.</summary>
/// <param name="Project">Whose they were.</param>
/// <param name="ReceivedMs">When they came, Unix milliseconds UTC: they count on that UTC day.</param>
/// <param name="ReceivedBy">The protocol they came by.</param>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many, at least 1.</param>
/// <param name="Sample">What it was, for the owner to judge; <see langword="null"/>: none kept.</param>
public readonly record struct Drop(uint Project, long ReceivedMs, ReceivedBy ReceivedBy, DropReason Reason, uint Count, string? Sample);
