namespace Sightline.Server.Features.Overview;

/// <summary>What the filter form sends: a filter added, or one in place of another.</summary>
internal static class FilterEdit
{
    private const int MostValues = 50;

    /// <summary>The filters after the edit; <see langword="null"/>: the request holds none.</summary>
    public static IReadOnlyList<OverviewFilter>? Apply(OverviewState state, IQueryCollection query)
    {
        var (dimension, @operator) = (query["fd"].ToString(), query["fo"].ToString());
        if (dimension.Length == 0 || @operator.Length == 0)
        {
            return null;
        }

        var values = query["fv"].OfType<string>().Select(v => v.Trim()).Where(v => v.Length > 0).Select(v => Stored(dimension, v)).Distinct().Take(MostValues).ToList();
        var rest = state.Filters.Where(f => $"{f.Operator},{f.Dimension}" != query["edit"]).ToList();
        if (FilterOperators.TakesValues(@operator) && values.Count == 0)
        {
            // Nothing to look for: an added filter is none, an emptied one is gone.
            return rest;
        }

        return [.. rest
            .Concat(FilterOperators.TakesValues(@operator) ? values.Select(v => new OverviewFilter(@operator, dimension, v)) : [new OverviewFilter(@operator, dimension, null)])
            .Distinct()];
    }

    // People write what the page shows.
    private static string Stored(string dimension, string value) => dimension switch
    {
        "visit:country" => Show.CountryNames.CodeOf(value) ?? value,
        "visit:returning" => value.ToUpperInvariant() switch { "RETURNING" => "true", "NEW" => "false", _ => value },
        _ => value,
    };
}
