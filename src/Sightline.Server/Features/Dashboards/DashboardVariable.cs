namespace Sightline.Server.Features.Dashboards;

/// <summary>A word that queries have as <c>$name</c>.</summary>
/// <param name="Name">Without the sign.</param>
/// <param name="Source">Its values: a list with commas, a Graphite pattern whose last elements they are, or <c>tag:name</c>, the values of a tag.</param>
public sealed record DashboardVariable(string Name, string Source);
