namespace Sightline.Server.Features.Overview;

/// <summary>A filter as the URL holds it: <c>is,page:path,/shop</c> or <c>is_not_set,visit:source</c>.</summary>
public sealed record OverviewFilter(string Operator, string Dimension, string? Value)
{
    public override string ToString() => Value is null ? $"{Operator},{Dimension}" : $"{Operator},{Dimension},{Value}";

    /// <summary>A row of a table: its value, or that there is none.</summary>
    public static OverviewFilter Is(string dimension, string? value) =>
        value is null ? new OverviewFilter("is_not_set", dimension, null) : new OverviewFilter("is", dimension, value);

    /// <summary>Only the form is read here; whether operator and dimension exist, the query engine says.</summary>
    public static OverviewFilter? TryParse(string text)
    {
        var parts = text.Split(',', 3);
        return parts.Length >= 2 && parts[0].Length > 0 && parts[1].Length > 0
            ? new OverviewFilter(parts[0], parts[1], parts.Length == 3 ? parts[2] : null)
            : null;
    }
}

/// <summary>Filters of one dimension and operator: their values are alternatives, and one chip on the page.</summary>
public sealed record FilterChip(string Operator, string Dimension, IReadOnlyList<string> Values)
{
    public string Key => $"{Operator},{Dimension}";

    public static IReadOnlyList<FilterChip> Of(IEnumerable<OverviewFilter> filters) =>
        [.. filters.GroupBy(f => (f.Operator, f.Dimension)).Select(g => new FilterChip(g.Key.Operator, g.Key.Dimension, [.. g.Select(f => f.Value).OfType<string>()]))];
}
