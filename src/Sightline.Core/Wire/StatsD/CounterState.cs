namespace Sightline.Core.Wire.StatsD;

/// <summary>A counter's sum in the interval that runs.</summary>
internal sealed class CounterState
{
    public double Value { get; set; }
}
