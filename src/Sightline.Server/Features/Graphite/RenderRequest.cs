using System.Globalization;
using Microsoft.Extensions.Primitives;
using Sightline.Core.Model;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite;

/// <summary>The parameters of <c>/render</c>, from the address and, before it, the form.</summary>
internal sealed record RenderRequest
{
    private const int MaxTargets = 500;
    private const int MostPoints = 1_000_000;

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
        var targets = (values("target") is { Count: > 0 } plain ? plain : values("target[]")).OfType<string>().Where(static target => !string.IsNullOrWhiteSpace(target)).ToList();
        if (targets.Count > MaxTargets)
        {
            throw new GraphiteException($"at most {MaxTargets} targets at once");
        }

        if (Last(values, "graphType") is { } type and not ("line" or "pie"))
        {
            throw new GraphiteException($"Invalid graphType '{type}', must be one of ['line', 'pie']");
        }

        // Every answer is made anew: how long it may be kept is read and not needed.
        if (Last(values, "cacheTimeout") is { } timeout && !int.TryParse(timeout, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out _))
        {
            throw new GraphiteException($"invalid literal for int() with base 10: {PyText.Quoted(timeout)}");
        }

        var zone = values("tz").ToString() is { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) ? found : TimeZoneInfo.Utc;
        var now = values("now").ToString() is { Length: > 0 } told ? AtTime.Parse(told, clock, zone) : clock;
        var until = values("until").ToString() is { Length: > 0 } untilText ? AtTime.Parse(untilText, now, zone) : now;
        var from = values("from").ToString() is { Length: > 0 } fromText ? AtTime.Parse(fromText, now, zone) : now - 86_400;
        if (from == until)
        {
            throw new GraphiteException("Invalid empty time range");
        }

        var format = Last(values, "format");
        return new RenderRequest
        {
            Targets = targets,
            Context = new RenderContext(Math.Max(0, Math.Min(from, until)), Math.Max(from, until), now, zone, Factor(Last(values, "xFilesFactor"))) { RollUp = RollUpOf(values("rollup").ToString()) },
            Format = format ?? (values("rawData").Count > 0 ? "raw" : values("pickle").Count > 0 ? "pickle" : "png"),
            MaxDataPoints = Last(values, "maxDataPoints") is { Length: > 0 } most && most.All(char.IsAsciiDigit) ? int.TryParse(most, out var points) ? Math.Clamp(points, 1, MostPoints) : MostPoints : null,
            NoNullPoints = values("noNullPoints").Count > 0,
            Template = (names ?? []).Where(static name => name.StartsWith("template[", StringComparison.Ordinal) && name.EndsWith(']')).Distinct().ToDictionary(static name => name[9..^1], name => values(name).ToString()),
            JsonP = format is not null ? Last(values, "jsonp") : null,
        };
    }

    private static Func<PointSummary, double>? RollUpOf(string name) =>
        name.Length == 0 ? null : PointSummary.Question(name) ?? throw new GraphiteException($"'{name}' is no rollup: min, max, sum, count, first, last, average, range, median or a percentile such as p95");

    // Of several, Django takes the last.
    private static string? Last(Func<string, StringValues> values, string name) => values(name) is [.., { Length: > 0 } last] ? last : null;

    private static double Factor(string? text) =>
        text is null ? 0 : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new GraphiteException($"could not convert string to float: {PyText.Quoted(text)}");
}
