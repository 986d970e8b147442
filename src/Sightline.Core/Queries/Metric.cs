using System.Text.RegularExpressions;

namespace Sightline.Core.Queries;

/// <summary>What is counted or measured for each row; docs/query.md defines each exactly.</summary>
public enum MetricKind
{
    Visitors,
    People,
    Visits,
    PageViews,
    Events,
    ViewsPerVisit,
    BounceRate,
    VisitDuration,
    TimeOnPage,
    ScrollDepth,
    Conversions,
    ConversionRate,
    Revenue,
    AverageRevenue,
    PercentOfVisitors,
    PropSum,
    PropAverage,
    PropMin,
    PropMax,
    PropPercentile,
}

/// <summary>A metric as a query names it.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Prop">For the metrics of a property, its name.</param>
/// <param name="Percentile">For <see cref="MetricKind.PropPercentile"/>: 50, 75, 90, 95 or 99.</param>
public readonly partial record struct Metric(MetricKind Kind, string? Prop = null, int Percentile = 0)
{
    private static readonly (string Name, MetricKind Kind)[] Names =
    [
        ("visitors", MetricKind.Visitors), ("people", MetricKind.People), ("visits", MetricKind.Visits), ("page_views", MetricKind.PageViews),
        ("events", MetricKind.Events), ("views_per_visit", MetricKind.ViewsPerVisit), ("bounce_rate", MetricKind.BounceRate),
        ("visit_duration", MetricKind.VisitDuration), ("time_on_page", MetricKind.TimeOnPage), ("scroll_depth", MetricKind.ScrollDepth),
        ("conversions", MetricKind.Conversions), ("conversion_rate", MetricKind.ConversionRate), ("revenue", MetricKind.Revenue),
        ("average_revenue", MetricKind.AverageRevenue), ("percent_of_visitors", MetricKind.PercentOfVisitors),
        ("sum", MetricKind.PropSum), ("avg", MetricKind.PropAverage), ("min", MetricKind.PropMin), ("max", MetricKind.PropMax),
    ];

    private static readonly Dictionary<string, MetricKind> ByName = Names.ToDictionary(n => n.Name, n => n.Kind, StringComparer.Ordinal);
    private static readonly Dictionary<MetricKind, string> ByKind = Names.ToDictionary(n => n.Kind, n => n.Name);

    public bool IsProp => Kind >= MetricKind.PropSum;

    public bool IsMoney => Kind is MetricKind.Revenue or MetricKind.AverageRevenue;

    /// <summary>As written in queries: <c>visitors</c>, <c>p95(props.load_ms)</c>.</summary>
    public string Name => Kind switch
    {
        MetricKind.PropPercentile => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"p{Percentile}(props.{Prop})"),
        >= MetricKind.PropSum => $"{ByKind[Kind]}(props.{Prop})",
        _ => ByKind[Kind],
    };

    public static bool TryParse(string name, out Metric metric)
    {
        metric = default;
        if (ByName.TryGetValue(name, out var kind) && kind < MetricKind.PropSum)
        {
            metric = new(kind);
            return true;
        }
        var call = PropCall().Match(name);
        if (!call.Success)
        {
            return false;
        }
        var function = call.Groups[1].Value;
        var prop = call.Groups[2].Value;
        metric = function[0] == 'p'
            ? new(MetricKind.PropPercentile, prop, int.Parse(function.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture))
            : new(ByName[function], prop);
        return true;
    }

    public override string ToString() => Name;

    [GeneratedRegex(@"\A(sum|avg|min|max|p50|p75|p90|p95|p99)\(props\.(.+)\)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex PropCall();
}
