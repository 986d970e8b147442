namespace Sightline.Core.Wire.StatsD;

/// <summary>Bins of the timers whose key contains <paramref name="Metric"/>.</summary>
/// <param name="Metric">Part of the key; empty: every timer.</param>
/// <param name="Bins">Upper bounds (exclusive), ascending; infinity takes the rest.</param>
public sealed record StatsdHistogram(string Metric, IReadOnlyList<double> Bins);
