using System.Text.Json;
using System.Text.Json.Nodes;
using Sightline.Core.Model;
using Sightline.Server.Features.Overview;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Dashboards;

/// <summary>
/// A panel's question about visits: <c>visitors</c>, <c>page_views by page:path</c>, <c>conversions by goal ["is","visit:country",["DE"]]</c>: a metric, a dimension
/// to break it down by (none: over time), and a filter as <c>POST /api/v1/query</c> takes it.
/// </summary>
/// <param name="Metric">One of the pages' metrics.</param>
/// <param name="Dimension">Name of a dimension; <see langword="null"/>: over time.</param>
/// <param name="Filter">JSON.</param>
internal sealed record VisitsQuestion(OverviewMetric Metric, string? Dimension, JsonNode? Filter)
{
    public const int Rows = 10;

    /// <exception cref="InvalidSettingException">It cannot be read.</exception>
    public static VisitsQuestion Parse(string text)
    {
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        var words = (bracket < 0 ? text : text[..bracket]).Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words is not ([_] or [_, "by", _]))
        {
            throw new InvalidSettingException("a question about visits is a metric, or a metric by a dimension, such as: visitors by visit:source");
        }

        var metric = OverviewMetrics.All.FirstOrDefault(known => known.Key == words[0])
            ?? throw new InvalidSettingException($"there is no metric '{words[0]}'; there are {string.Join(", ", OverviewMetrics.All.Select(static known => known.Key))}");
        try
        {
            return new VisitsQuestion(metric, words.Length > 1 ? words[2] : null, bracket < 0 ? null : JsonNode.Parse(text[bracket..], documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }));
        }
        catch (JsonException fault)
        {
            throw new InvalidSettingException($"the filter is no JSON: {fault.Message}");
        }
    }

    /// <summary>The query, over a range of instants.</summary>
    public byte[] Query(Project project, long from, long until)
    {
        var query = new JsonObject
        {
            ["project"] = project.Id,
            ["metrics"] = new JsonArray(Metric.Key),
            ["dimensions"] = new JsonArray(Dimension ?? $"time:{Interval(until - from)}"),
            ["range"] = new JsonArray(Instant(from), Instant(until)),
        };
        if (Dimension is not null)
        {
            query["limit"] = Rows;
        }

        if (Filter is not null)
        {
            query["filters"] = Filter.DeepClone();
        }

        return JsonSerializer.SerializeToUtf8Bytes(query);
    }

    private static string Interval(long seconds) => seconds switch { <= 6 * 3600 => "minute", <= 8 * 86_400 => "hour", <= 400 * 86_400L => "day", _ => "month" };

    private static string Instant(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
