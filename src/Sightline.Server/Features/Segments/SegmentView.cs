using System.Text.Json;
using Sightline.Core.Queries;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Segments;

/// <summary>A segment as the API shows it.</summary>
internal sealed record SegmentView(long Id, string Name, JsonElement Filter, bool Shared)
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static SegmentView Of(Segment segment) =>
        new(segment.Id, segment.Name, JsonElement.Parse(FilterWriter.Text(segment.Filter)), segment.Owner is null);
}
