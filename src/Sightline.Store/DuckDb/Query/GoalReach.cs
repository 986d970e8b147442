using Sightline.Core.Model;

namespace Sightline.Store.DuckDb.Query;

/// <summary>Which events reach a goal (or one of several): custom events by name, page views by path.</summary>
internal sealed class GoalReach
{
    private readonly IdSet names = new();
    private readonly IdSet paths = new();

    public void Add(GoalReach other)
    {
        names.AddAll(other.names);
        paths.AddAll(other.paths);
    }

    public bool By(byte kind, uint name, uint path) =>
        (kind != (byte)EventKind.Engagement && names.Contains(name)) || (kind == (byte)EventKind.PageView && paths.Contains(path));

    public static GoalReach Of(Goal goal, StringDictionary strings)
    {
        GoalReach reach = new();
        if (goal.EventName is { } name)
        {
            reach.names.AddAll(strings.Equal(StringKind.EventName, name));
        }
        if (goal.PathPattern is { } pattern)
        {
            reach.paths.AddAll(strings.Like(StringKind.Path, Like(pattern)));
        }
        return reach;
    }

    private static string Like(string pattern) => pattern
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal)
        .Replace("*", "%", StringComparison.Ordinal);
}
