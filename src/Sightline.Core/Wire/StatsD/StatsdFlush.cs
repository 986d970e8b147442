namespace Sightline.Core.Wire.StatsD;

/// <summary>What the last delivery of points was like, for the series statsd keeps about itself.</summary>
/// <param name="LastFlush">When it succeeded, Unix seconds.</param>
/// <param name="LastException">When one failed, Unix seconds; 0: never.</param>
/// <param name="FlushTimeMs">How long it took.</param>
/// <param name="FlushLength">Bytes delivered.</param>
public readonly record struct StatsdFlush(long LastFlush, long LastException, long FlushTimeMs, long FlushLength);
