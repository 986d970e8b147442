using System.Globalization;
using Microsoft.Extensions.Primitives;
using Sightline.Core.Model;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite;

/// <summary>The parameters of <c>/render</c>, from the address and, before it, the form.</summary>
internal sealed record RenderRequest
{
    private const int MaxTargets = 500;

    public required IReadOnlyList<string> Targets { get; init; }

    public required RenderContext Context { get; init; }

    public string Format { get; init; } = "json";

    public int? MaxDataPoints { get; init; }

    public bool NoNullPoints { get; init; }

    public string? JsonP { get; init; }

    /// <summary>Words for templates: <c>template[host]=a</c>.</summary>
    public IReadOnlyDictionary<string, string> Template { get; init; } = new Dictionary<string, string>();

    /// <exception cref="GraphiteException">A parameter cannot be read.</exception>
    public static RenderRequest Read(Func<string, StringValues> values, long clock, IEnumerable<string>? names = null)
    {
        var targets = values("target").Concat(values("target[]")).OfType<string>().Where(static target => target.Length > 0).ToList();
        if (targets.Count > MaxTargets)
        {
            throw new GraphiteException($"at most {MaxTargets} targets at once");
        }

        var zone = values("tz").ToString() is { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) ? found : TimeZoneInfo.Utc;
        var now = values("now").ToString() is { Length: > 0 } told ? AtTime.Parse(told, clock, zone) : clock;
        var until = values("until").ToString() is { Length: > 0 } untilText ? AtTime.Parse(untilText, now, zone) : now;
        var from = values("from").ToString() is { Length: > 0 } fromText ? AtTime.Parse(fromText, now, zone) : now - 86_400;
        if (from == until)
        {
            throw new GraphiteException("Invalid empty time range");
        }

        var format = values("format").ToString();
        return new RenderRequest
        {
            Targets = targets,
            Context = new RenderContext(Math.Max(0, Math.Min(from, until)), Math.Max(from, until), now, zone, Number(values("xFilesFactor")) ?? 0) { RollUp = RollUpOf(values("rollup").ToString()) },
            Format = values("rawData").ToString() is { Length: > 0 } ? "raw" : format.Length > 0 ? format : "png",
            MaxDataPoints = Number(values("maxDataPoints")) is { } most ? (int)Math.Clamp(most, 1, 1_000_000) : null,
            NoNullPoints = values("noNullPoints").Count > 0,
            Template = (names ?? []).Where(static name => name.StartsWith("template[", StringComparison.Ordinal) && name.EndsWith(']')).Distinct().ToDictionary(static name => name[9..^1], name => values(name).ToString()),
            JsonP = values("jsonp").ToString() is { Length: > 0 } jsonp ? jsonp : null,
        };
    }

    private static Func<PointSummary, double>? RollUpOf(string name) =>
        name.Length == 0 ? null : PointSummary.Question(name) ?? throw new GraphiteException($"'{name}' is no rollup: min, max, sum, count, first, last, average, range, median or a percentile such as p95");

    private static double? Number(StringValues text) =>
        text.ToString() is { Length: > 0 } given
            ? double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new GraphiteException($"'{given}' is not a number")
            : null;
}
