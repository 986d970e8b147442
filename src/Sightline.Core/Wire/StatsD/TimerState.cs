namespace Sightline.Core.Wire.StatsD;

/// <summary>A timer's values in the interval that runs.</summary>
internal sealed class TimerState
{
    private double[] _values = [];
    private int _length;

    /// <summary>How many they stand for, sampled ones weighted.</summary>
    public double Count { get; set; }

    public Span<double> Values => _values.AsSpan(0, _length);

    public void Add(double value)
    {
        if (_length == _values.Length)
        {
            Array.Resize(ref _values, Math.Max(4, _length * 2));
        }

        _values[_length++] = value;
    }

    public void Clear()
    {
        // A burst's array is given back; a steady timer keeps its own.
        if (_values.Length > 64 && _length < _values.Length / 4)
        {
            _values = [];
        }

        _length = 0;
        Count = 0;
    }
}
