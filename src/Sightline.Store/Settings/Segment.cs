using Sightline.Core.Queries;

namespace Sightline.Store.Settings;

/// <summary>A filter of a project under a name, for <c>["segment", ID]</c>.</summary>
/// <param name="Id">Never used twice.</param>
/// <param name="Name">Unique among the project's shared segments, or among those of its owner.</param>
/// <param name="Filter">May name other segments of the project, never itself, not even by way of others.</param>
/// <param name="Owner">The user whose own it is; <see langword="null"/>: everybody's.</param>
public sealed record Segment(long Id, string Name, Filter Filter, long? Owner);
