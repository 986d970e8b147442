using System.Globalization;

namespace Sightline.Server.Features.Overview;

/// <summary>What a condition is asked of.</summary>
public enum FilterScope
{
    /// <summary>The events that are counted.</summary>
    Events,

    /// <summary>All of visitors who did what it says within the range.</summary>
    Did,

    /// <summary>All of visitors who did not.</summary>
    DidNot,
}

/// <summary>
/// A filter as the URL holds it: <c>is,page:path,/shop</c>, <c>is_not_set,visit:source</c>, <c>did.is,goal,Purchase</c> (visitors who did), <c>segment,3</c>,
/// and <c>or1.is,visit:country,DE</c> beside others of <c>or1</c>, one of which must hold.
/// </summary>
public sealed record OverviewFilter(string Operator, string Dimension, string? Value)
{
    public const string Segment = "segment";
    public const string NotSegment = "not_segment";
    public const int MostGroups = 20;

    public FilterScope Scope { get; init; }

    /// <summary>Those of the same number are alternatives; 0: must hold by itself.</summary>
    public int Group { get; init; }

    public bool IsSegment => Operator is Segment or NotSegment;

    /// <summary>What filters of one chip have in common.</summary>
    public string ChipKey => string.Concat(
        Group > 0 ? string.Create(CultureInfo.InvariantCulture, $"or{Group}.") : "", Scope switch { FilterScope.Did => "did.", FilterScope.DidNot => "didnt.", _ => "" }, Operator, ",", Dimension);

    public override string ToString() => Value is null ? ChipKey : $"{ChipKey},{Value}";

    /// <summary>A row of a table: its value, or that there is none.</summary>
    public static OverviewFilter Is(string dimension, string? value) =>
        value is null ? new OverviewFilter("is_not_set", dimension, null) : new OverviewFilter("is", dimension, value);

    /// <summary>Only the form is read here; whether operator and dimension exist, the query engine says.</summary>
    public static OverviewFilter? TryParse(string text)
    {
        var parts = text.Split(',', 3);
        if (parts.Length < 2 || parts[0].Length == 0 || parts[1].Length == 0)
        {
            return null;
        }

        var (rest, group, scope) = (parts[0], 0, FilterScope.Events);
        if (rest.StartsWith("or", StringComparison.Ordinal) && rest.IndexOf('.', StringComparison.Ordinal) is > 2 and var dot
            && int.TryParse(rest.AsSpan(2, dot - 2), NumberStyles.None, CultureInfo.InvariantCulture, out group) && group is > 0 and <= MostGroups)
        {
            rest = rest[(dot + 1)..];
        }

        foreach (var (prefix, meant) in (ReadOnlySpan<(string, FilterScope)>)[("did.", FilterScope.Did), ("didnt.", FilterScope.DidNot)])
        {
            if (rest.StartsWith(prefix, StringComparison.Ordinal))
            {
                (rest, scope) = (rest[prefix.Length..], meant);
                break;
            }
        }

        return new OverviewFilter(rest, parts[1], parts.Length == 3 ? parts[2] : null) { Scope = scope, Group = group };
    }

    /// <summary>A group of one is none.</summary>
    public static IReadOnlyList<OverviewFilter> Tidy(IEnumerable<OverviewFilter> filters)
    {
        var all = filters.Distinct().ToList();
        var alone = all.Where(f => f.Group > 0).GroupBy(f => f.Group).Where(g => g.Select(f => f.ChipKey).Distinct().Count() == 1).Select(g => g.Key).ToHashSet();
        return [.. all.Select(f => alone.Contains(f.Group) ? f with { Group = 0 } : f).Distinct()];
    }
}
