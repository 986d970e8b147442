namespace Sightline.Core.Wire.StatsD;

/// <summary>Kinds of values that statsd's administration prints and deletes.</summary>
public enum StatsdKind
{
    Counters,
    Timers,
    Gauges,
}
