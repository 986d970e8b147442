namespace Sightline.Server.Features.Overview;

/// <summary>Operators of filters with their names on the page.</summary>
internal static class FilterOperators
{
    public static IReadOnlyList<(string Key, string Name)> All { get; } =
    [
        ("is", "is"), ("is_not", "is not"), ("contains", "contains"), ("contains_not", "does not contain"),
        ("starts_with", "starts with"), ("ends_with", "ends with"), ("matches", "matches"), ("matches_not", "does not match"),
        ("is_set", "is known"), ("is_not_set", "is not known"), ("gt", ">"), ("gte", "≥"), ("lt", "<"), ("lte", "≤"),
    ];

    public static string Name(string key) => All.FirstOrDefault(o => o.Key == key).Name ?? key.Replace('_', ' ');

    public static bool TakesValues(string key) => key is not ("is_set" or "is_not_set");
}
