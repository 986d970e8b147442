using Sightline.Core.Model;
using Sightline.Server.Features.Overview;

namespace Sightline.Server.Features.Goals;

/// <summary>What the page of goals shows.</summary>
public sealed record GoalsModel(Project Project, OverviewState State, OverviewWhen When, IReadOnlyList<GoalLine> Lines);

/// <summary>A goal with what it came to.</summary>
public sealed record GoalLine(Goal Goal, string Visitors, string Conversions, string Rate, string Revenue, string Href);
