namespace Sightline.Core.Queries.Graphite;

/// <summary>What one request may take.</summary>
/// <param name="Points">Points read from the store, 16 bytes each.</param>
/// <param name="Values">Values computed and held, 8 bytes each.</param>
/// <param name="Work">Values looked at, where a value takes many others to compute.</param>
public sealed record RequestLimits(long Points, long Values, long Work)
{
    /// <summary>For whoever is alone: some ten seconds of one processor, and some 700 MB.</summary>
    public static RequestLimits Most { get; } = new(32_000_000, 20_000_000, 10_000_000_000);

    /// <summary>For whoever is alone where there is only so much memory; never less than <see cref="Small"/>.</summary>
    public static RequestLimits Within(long bytes) => Most with
    {
        Points = Math.Clamp(bytes * 3 / 4 / 16, Small.Points, Most.Points),
        Values = Math.Clamp(bytes / 4 / 8, Small.Values, Most.Values),
    };

    /// <summary>What takes no more than this never waits for what does: some tenths of a second, and some 40 MB.</summary>
    public static RequestLimits Small { get; } = new(2_000_000, 1_000_000, 200_000_000);
}
