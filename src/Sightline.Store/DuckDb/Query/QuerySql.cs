using System.Globalization;
using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Pieces of SQL. Everything is literal: a join or a sub-query in a streamed statement would make the engine reorder rows, and a
/// parameter would keep it from choosing row groups by their least and greatest values.
/// </summary>
internal static class QuerySql
{
    private const string NumberPattern = @"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?";

    public static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A property as text; NULL when the event lacks it. JSON pointers need no quoting beyond their two escapes.</summary>
    public static string Prop(string name) =>
        $"json_extract_string(props, {Literal("/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal))})";

    /// <summary>A condition on a text expression that is never NULL.</summary>
    public static string Condition(string text, LeafFilter leaf) => leaf.Operator switch
    {
        FilterOperator.IsSet => $"({text} <> '')",
        FilterOperator.Is => $"({text} IN ({string.Join(", ", leaf.Values.Select(Literal))}))",
        FilterOperator.Contains => Any(leaf, value => $"contains({text}, {Literal(value)})"),
        FilterOperator.StartsWith => Any(leaf, value => $"starts_with({text}, {Literal(value)})"),
        FilterOperator.EndsWith => Any(leaf, value => $"suffix({text}, {Literal(value)})"),
        FilterOperator.Matches => Any(leaf, value => $"regexp_matches({text}, {Literal(value)}, 's')"),
        FilterOperator.Gt => Numbers(text, leaf, ">"),
        FilterOperator.Gte => Numbers(text, leaf, ">="),
        FilterOperator.Lt => Numbers(text, leaf, "<"),
        FilterOperator.Lte => Numbers(text, leaf, "<="),
        _ => throw new ArgumentOutOfRangeException(nameof(leaf)),
    };

    /// <summary>Where a string dimension of an event or a visit lies.</summary>
    public static (string Column, StringKind Kind) Column(DimensionKind dimension) => dimension switch
    {
        DimensionKind.EventName => ("name", StringKind.EventName),
        DimensionKind.PagePath => ("path", StringKind.Path),
        DimensionKind.PageHost => ("host", StringKind.Host),
        DimensionKind.PageTitle => ("title", StringKind.Title),
        DimensionKind.EntryPage => ("entry_page", StringKind.Path),
        DimensionKind.ExitPage => ("exit_page", StringKind.Path),
        DimensionKind.Source => ("source", StringKind.Source),
        DimensionKind.Referrer => ("referrer", StringKind.Referrer),
        DimensionKind.Channel => ("channel", StringKind.Channel),
        DimensionKind.UtmSource => ("utm_source", StringKind.UtmSource),
        DimensionKind.UtmMedium => ("utm_medium", StringKind.UtmMedium),
        DimensionKind.UtmCampaign => ("utm_campaign", StringKind.UtmCampaign),
        DimensionKind.UtmTerm => ("utm_term", StringKind.UtmTerm),
        DimensionKind.UtmContent => ("utm_content", StringKind.UtmContent),
        DimensionKind.Country => ("country", StringKind.Country),
        DimensionKind.Region => ("region", StringKind.Region),
        DimensionKind.City => ("city", StringKind.City),
        DimensionKind.Language => ("\"language\"", StringKind.Language),
        DimensionKind.Device => ("device", StringKind.Device),
        DimensionKind.Browser => ("browser", StringKind.Browser),
        DimensionKind.BrowserVersion => ("browser_version", StringKind.BrowserVersion),
        DimensionKind.Os => ("os", StringKind.Os),
        DimensionKind.OsVersion => ("os_version", StringKind.OsVersion),
        DimensionKind.Screen => ("screen", StringKind.Screen),
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };

    private static string Any(LeafFilter leaf, Func<string, string> condition) => "(" + string.Join(" OR ", leaf.Values.Select(condition)) + ")";

    /// <summary>The same texts count as numbers as for <see cref="PropNumber"/>; the engine's own cast takes more.</summary>
    private static string Numbers(string text, LeafFilter leaf, string comparison)
    {
        var number = $"TRY_CAST({text} AS DOUBLE)";
        var any = string.Join(" OR ", leaf.Values.Select(value => $"{number} {comparison} CAST({Literal(value)} AS DOUBLE)"));
        return $"(CASE WHEN regexp_full_match({text}, {Literal(NumberPattern)}) AND abs({number}) <= 1e300 THEN ({any}) ELSE false END)";
    }
}
