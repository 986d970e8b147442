namespace Sightline.Core.Wire.StatsD;

/// <summary>What statsd's configuration file says, by the same names. The defaults are statsd's.</summary>
public sealed record StatsdOptions
{
    /// <summary><c>flushInterval</c>, milliseconds.</summary>
    public int FlushIntervalMs { get; init; } = 10_000;

    /// <summary><c>percentThreshold</c>: 90 gives <c>upper_90</c>, -10 gives <c>lower_top10</c>.</summary>
    public IReadOnlyList<double> PercentThreshold { get; init; } = [90];

    /// <summary><c>histogram</c>: the first entry whose text is part of a timer's key gives its bins.</summary>
    public IReadOnlyList<StatsdHistogram> Histograms { get; init; } = [];

    /// <summary><c>calculatedTimerMetrics</c>: which figures of timers are wanted (<c>mean_percent</c> stands for each threshold); empty: all.</summary>
    public IReadOnlyList<string> CalculatedTimerMetrics { get; init; } = [];

    /// <summary><c>flush_counts</c>: counters give their count beside their rate.</summary>
    public bool FlushCounts { get; init; } = true;

    /// <summary><c>keyNameSanitize</c>: keys are cleaned when they come in, not when they go out.</summary>
    public bool KeyNameSanitize { get; init; } = true;

    /// <summary><c>prefixStats</c>: what statsd's own figures begin with.</summary>
    public string PrefixStats { get; init; } = "statsd";

    /// <summary><c>deleteCounters</c>: a counter without values is forgotten, not sent as 0.</summary>
    public bool DeleteCounters { get; init; }

    public bool DeleteTimers { get; init; }

    public bool DeleteSets { get; init; }

    public bool DeleteGauges { get; init; }

    /// <summary><c>gaugesMaxTTL</c>: intervals without a value after which <see cref="DeleteGauges"/> forgets a gauge.</summary>
    public int GaugesMaxTtl { get; init; } = 1;

    /// <summary><c>graphite.legacyNamespace</c>: <c>stats.KEY</c> and <c>stats_counts.KEY</c> instead of the prefixes below.</summary>
    public bool LegacyNamespace { get; init; } = true;

    public string GlobalPrefix { get; init; } = "stats";

    public string PrefixCounter { get; init; } = "counters";

    public string PrefixTimer { get; init; } = "timers";

    public string PrefixGauge { get; init; } = "gauges";

    public string PrefixSet { get; init; } = "sets";

    /// <summary><c>graphite.globalSuffix</c>, or <see langword="null"/>.</summary>
    public string? GlobalSuffix { get; init; }

    /// <summary><c>dogstatsd</c>, a key of ours: read DogStatsD's additions, too. <c>h</c> and <c>d</c> are timers then; statsd counts them.</summary>
    public bool DogStatsd { get; init; }

    /// <summary>Keys kept at once, of all kinds. Values of new keys beyond it are dropped and counted. statsd has no such limit.</summary>
    public int MaxKeys { get; init; } = 1_000_000;

    /// <summary>Values of timers and sets kept in one interval; more are dropped and counted. statsd has no such limit.</summary>
    public int MaxSamples { get; init; } = 8_000_000;

    /// <summary>The <c>deleteIdleStats</c> switch: all four kinds.</summary>
    public StatsdOptions WithoutIdle() => this with { DeleteCounters = true, DeleteTimers = true, DeleteSets = true, DeleteGauges = true };
}
