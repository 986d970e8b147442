namespace Sightline.Server.Features.Overview;

/// <summary>Operators of filters with their names on the page.</summary>
internal static class FilterOperators
{
    public static IReadOnlyList<(string Key, string Name, string Group)> All { get; } =
    [
        ("is", "is", "Exactly"), ("is_not", "is not", "Exactly"),
        ("contains", "contains", "In part"), ("contains_not", "does not contain", "In part"), ("starts_with", "starts with", "In part"), ("ends_with", "ends with", "In part"),
        ("matches", "matches", "Regular expression"), ("matches_not", "does not match", "Regular expression"),
        ("is_set", "is known", "Without a value"), ("is_not_set", "is not known", "Without a value"),
        ("gt", ">", "Number"), ("gte", "≥", "Number"), ("lt", "<", "Number"), ("lte", "≤", "Number"),
    ];

    public static string Name(string key) => All.FirstOrDefault(o => o.Key == key).Name ?? key.Replace('_', ' ');

    public static bool TakesValues(string key) => key is not ("is_set" or "is_not_set");
}
