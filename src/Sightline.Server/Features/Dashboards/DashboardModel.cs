using Sightline.Core.Model;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Dashboards;

/// <summary>A dashboard's page.</summary>
/// <param name="Project">Whose it is.</param>
/// <param name="Name">Hostile text.</param>
/// <param name="Dashboard">As kept.</param>
/// <param name="State">How it is looked at.</param>
/// <param name="Variables">With their values.</param>
/// <param name="Panels">Those that are shown.</param>
public sealed record DashboardModel(
    Project Project, string Name, Dashboard Dashboard, DashboardState State, IReadOnlyList<VariableChoice> Variables, IReadOnlyList<PanelView> Panels);

/// <summary>A variable to choose from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">What may be chosen; <c>*</c> is all of them.</param>
/// <param name="Chosen">What is.</param>
public sealed record VariableChoice(string Name, IReadOnlyList<string> Values, string Chosen);

/// <summary>What a panel shows: one of its parts.</summary>
/// <param name="Panel">As kept.</param>
/// <param name="Lines">A graph.</param>
/// <param name="Rows">A table with bars, and what its columns are.</param>
/// <param name="Fault">Why it shows nothing.</param>
/// <param name="Href">Where its numbers can be looked into.</param>
public sealed record PanelView(DashboardPanel Panel, SeriesGraphModel? Lines = null, PanelRows? Rows = null, string? Fault = null, string? Href = null);

/// <summary>A breakdown.</summary>
/// <param name="Column">What rows are.</param>
/// <param name="Number">What is counted.</param>
/// <param name="Rows">The rows.</param>
public sealed record PanelRows(string Column, string Number, IReadOnlyList<BarRow> Rows);
