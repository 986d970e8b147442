using Sightline.Core.Model;

namespace Sightline.Core.Queries.Graphite;

/// <summary>The range a target is evaluated over; functions that need more history evaluate their arguments over another.</summary>
/// <param name="From">Unix seconds.</param>
/// <param name="Until">Unix seconds.</param>
/// <param name="Now">Unix seconds.</param>
/// <param name="Zone">Of days and clock times.</param>
/// <param name="XFilesFactor">Share of values that must be there where some are put together.</param>
public sealed record RenderContext(long From, long Until, long Now, TimeZoneInfo Zone, double XFilesFactor = 0)
{
    /// <summary>What is asked of the points of each step of a coarser archive; <see langword="null"/>: the value that the series' own method makes of them.</summary>
    public Func<PointSummary, double>? RollUp { get; init; }

    internal RenderContext Earlier(long seconds) => this with { From = From - seconds };
}
