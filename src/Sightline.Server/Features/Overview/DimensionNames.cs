using System.Collections.Frozen;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Overview;

/// <summary>Dimensions and their values as pages show them.</summary>
internal static class DimensionNames
{
    public const string PropPrefix = "event:props.";

    private static readonly FrozenDictionary<string, (string Name, string None)> Known = OverviewPanels.All
        .SelectMany(panel => panel.Tabs)
        .Where(tab => tab.Key is not (OverviewPanels.Map or OverviewPanels.Property))
        .ToFrozenDictionary(tab => tab.Dimension, tab => (tab.Dimension is "visit:browser_version" ? "Browser version" : tab.Dimension is "visit:os_version" ? "System version" : tab.Column, tab.None));

    /// <summary>Those a filter can look at, in the order of the page, but for properties, whose names are the project's.</summary>
    public static IReadOnlyList<(string Dimension, string Name)> ForFilters { get; } =
        [.. OverviewPanels.All.SelectMany(panel => panel.Tabs).Select(tab => tab.Dimension).Where(d => d != PropPrefix).Distinct().Select(d => (d, Of(d)))];

    public static string Of(string dimension) =>
        Known.TryGetValue(dimension, out var known) ? known.Name
        : dimension.StartsWith(PropPrefix, StringComparison.Ordinal) ? dimension[PropPrefix.Length..]
        : dimension;

    /// <summary>A value as tables and filters show it.</summary>
    public static string Value(string dimension, string? value) =>
        value is null or "" ? Known.TryGetValue(dimension, out var known) ? known.None : "None"
        : dimension switch
        {
            "visit:country" => CountryNames.Of(value),
            "visit:returning" => value == "true" ? "Returning" : "New",
            _ => value,
        };
}
