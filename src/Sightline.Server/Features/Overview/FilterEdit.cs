namespace Sightline.Server.Features.Overview;

/// <summary>What the filter form sends: a filter added, or one in place of another.</summary>
internal static class FilterEdit
{
    /// <summary>Stands for a property whose name is in a field of its own.</summary>
    public const string Property = "prop";

    private const int MostValues = 50;

    /// <summary>The filters after the edit; <see langword="null"/>: the request holds none.</summary>
    public static IReadOnlyList<OverviewFilter>? Apply(OverviewState state, IQueryCollection query)
    {
        var (dimension, @operator) = (query["fd"].ToString(), query["fo"].ToString());
        if (dimension.Length == 0 || @operator.Length == 0)
        {
            return null;
        }

        dimension = dimension == Property ? DimensionNames.PropPrefix + query["fp"].ToString().Trim() : dimension;
        var values = query["fv"].OfType<string>().Select(v => v.Trim()).Where(v => v.Length > 0).Select(v => Stored(dimension, v)).Distinct().Take(MostValues).ToList();
        var rest = state.Filters.Where(f => f.ChipKey != query["edit"]).ToList();
        if (dimension == DimensionNames.PropPrefix || (FilterOperators.TakesValues(@operator) && values.Count == 0))
        {
            // Nothing to look for: an added filter is none, an emptied one is gone.
            return OverviewFilter.Tidy(rest);
        }

        var group = 0;
        if (rest.FirstOrDefault(f => f.ChipKey == query["fg"]) is { } other)
        {
            group = other.Group > 0 ? other.Group : Enumerable.Range(1, OverviewFilter.MostGroups).Except(rest.Select(f => f.Group)).DefaultIfEmpty(OverviewFilter.MostGroups).First();
            rest = [.. rest.Select(f => f.ChipKey == other.ChipKey ? f with { Group = group } : f)];
        }

        var scope = query["fs"].ToString() switch { "did" => FilterScope.Did, "didnt" => FilterScope.DidNot, _ => FilterScope.Events };
        return OverviewFilter.Tidy(rest
            .Concat(FilterOperators.TakesValues(@operator)
                ? values.Select(v => new OverviewFilter(@operator, dimension, v))
                : [new OverviewFilter(@operator, dimension, null)])
            .Select((f, i) => i < rest.Count ? f : f with { Scope = scope, Group = group }));
    }

    // People write what the page shows.
    private static string Stored(string dimension, string value) => dimension switch
    {
        "visit:country" => Show.CountryNames.CodeOf(value) ?? value,
        "visit:returning" => value.ToUpperInvariant() switch { "RETURNING" => "true", "NEW" => "false", _ => value },
        _ => value,
    };
}
