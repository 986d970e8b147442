using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Server.Query;

/// <summary>Names a grouping but for its range, including the settings of the project that it depends on.</summary>
internal static class PlanKey
{
    public static string Of(GroupPlan plan)
    {
        StringBuilder key = new();
        key.Append(Settings(plan.Project));
        foreach (var dimension in plan.Dimensions)
        {
            Text(key, dimension.Name);
        }
        key.Append('|').Append(plan.Needs).Append('|');
        foreach (var prop in plan.Props)
        {
            Text(key, prop.Prop);
            key.AppendJoin('.', prop.Percentiles);
        }
        return key.Append('|').Append(plan.Filter is { } filter ? FilterWriter.Text(filter) : "").ToString();
    }

    /// <summary>Goals, currency and first day of the week change what a query means without changing its text.</summary>
    public static string Settings(Project project)
    {
        StringBuilder key = new();
        key.Append(project.Id).Append('|').Append(project.Currency).Append('|').Append((int)project.WeekStart).Append('|');
        foreach (var goal in project.Goals)
        {
            key.Append(goal.Id);
            Text(key, goal.Name);
            Text(key, goal.EventName ?? "");
            Text(key, goal.PathPattern ?? "");
        }
        return key.Append('|').ToString();
    }

    private static void Text(StringBuilder key, string text) => key.Append(',').Append(text.Length).Append(':').Append(text);
}
