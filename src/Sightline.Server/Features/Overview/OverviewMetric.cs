namespace Sightline.Server.Features.Overview;

/// <summary>A number at the top of the page.</summary>
/// <param name="Key">As the query language names it.</param>
/// <param name="Name">On the page.</param>
/// <param name="Text">How its value is written.</param>
/// <param name="IsCount">Of things that are counted.</param>
/// <param name="LowerIsBetter">A rise is bad news.</param>
public sealed record OverviewMetric(string Key, string Name, Func<double?, string> Text, bool IsCount = false, bool LowerIsBetter = false);
