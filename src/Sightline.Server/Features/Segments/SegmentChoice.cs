using System.Globalization;
using Sightline.Server.Features.Overview;

namespace Sightline.Server.Features.Segments;

/// <summary>A segment as pages offer it.</summary>
public sealed record SegmentChoice(long Id, string Name)
{
    public string Key => Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The filter that keeps what is in it.</summary>
    public OverviewFilter Filter => new(OverviewFilter.Segment, Key, null);
}
