namespace Sightline.Core.Wire.StatsD;

/// <summary>A gauge's last value.</summary>
internal sealed class GaugeState
{
    public double Value { get; set; } = double.NaN;

    /// <summary>Intervals it is kept without a value; 0: for good.</summary>
    public int Ttl { get; set; }
}
