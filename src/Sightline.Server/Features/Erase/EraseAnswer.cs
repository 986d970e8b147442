using System.Text.Json;
using Sightline.Store;

namespace Sightline.Server.Features.Erase;

/// <summary>What was removed.</summary>
/// <param name="Project">The project.</param>
/// <param name="Erased"><c>person</c> or <c>visitor</c>.</param>
/// <param name="Events">Events.</param>
/// <param name="Visits">Visits.</param>
/// <param name="Visitors">Visitor ids, of how many browsers and days.</param>
/// <param name="Samples">Samples of dropped data that spelled the id.</param>
/// <param name="Texts">Paths, titles and the like that nobody else has.</param>
/// <param name="MonthsRewritten">Settled months written anew.</param>
internal sealed record EraseAnswer(uint Project, string Erased, long Events, long Visits, long Visitors, long Samples, long Texts, int MonthsRewritten)
{
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static EraseAnswer Of(EraseRequest request, ErasedData data) =>
        new(request.Project, request.Kind, data.Events, data.Visits, data.Visitors, data.Samples, data.Texts, data.Months);
}
