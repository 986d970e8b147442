using Sightline.Server.Features.Overview;

namespace Sightline.Server.Features.Segments;

/// <summary>A segment with what it keeps.</summary>
/// <param name="Choice">Number and name.</param>
/// <param name="Filters">As chips; <see langword="null"/>: pages cannot say it.</param>
/// <param name="Json">As queries have it.</param>
public sealed record SegmentLine(SegmentChoice Choice, IReadOnlyList<OverviewFilter>? Filters, string Json);
