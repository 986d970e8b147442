using Sightline.Core.Model;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Goals;

/// <summary>The goals of a project with what they came to in a range.</summary>
internal sealed class GoalsService(StatsAsk stats, TimeProvider time)
{
    private const int Most = 1000;
    private static readonly string[] Metrics = ["visitors", "conversions", "conversion_rate", "revenue"];

    public async Task<GoalsModel> LoadAsync(Project project, OverviewState state, CancellationToken cancellationToken)
    {
        var totals = await stats.AskAsync(OverviewQueries.Totals(state with { Compare = "none" }), cancellationToken);
        var answer = project.Goals.Count == 0
            ? new StatsTable(null, [], null)
            : await stats.AskAsync(OverviewQueries.Details(state, "goal", Metrics, null, Metrics[0], descending: true, Most, 0, compare: false), cancellationToken);
        var found = answer.Rows.ToDictionary(row => row.Dimensions[0] ?? "", StringComparer.Ordinal);
        return new GoalsModel(project, state, new OverviewTime(project, time).When(state with { Compare = "none" }, totals), [.. project.Goals.Select(goal =>
        {
            var row = found.GetValueOrDefault(goal.Name);
            return new GoalLine(
                goal,
                Format.Count(row?.Number(0) ?? 0),
                Format.Count(row?.Number(1) ?? 0),
                Format.Share(row is null ? totals.Number(0, 0) > 0 ? 0 : null : row.Number(2)),
                Format.Money(OverviewMetrics.Shown("revenue", row?.Number(3)), project.Currency),
                state.With(OverviewFilter.Is("goal", goal.Name)).Url);
        })]);
    }
}
