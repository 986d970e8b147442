namespace Sightline.Core.Wire.StatsD;

/// <summary>Takes what <see cref="StatsdParser"/> reads. Keys are sanitised, with their tags (<c>key;tag=value</c>); spans end with the call.</summary>
public interface IStatsdSink
{
    /// <summary>A datagram, or what a stream brought at once.</summary>
    void Packet();

    /// <summary>A line that is not empty; it may hold several values, or a bad one.</summary>
    void Line();

    /// <summary>A value that cannot be read.</summary>
    void Bad(ReadOnlySpan<byte> line);

    /// <param name="key">The counter.</param>
    /// <param name="value">To be added, already multiplied by what one sample stands for.</param>
    void Counter(ReadOnlySpan<byte> key, double value);

    /// <param name="key">The timer.</param>
    /// <param name="value">Milliseconds, usually.</param>
    /// <param name="weight">How many measurements this sample stands for.</param>
    void Timer(ReadOnlySpan<byte> key, double value, double weight);

    /// <param name="key">The gauge.</param>
    /// <param name="value">The value, or what to add.</param>
    /// <param name="signed">It was written with a sign: a change, if the gauge has a value other than 0.</param>
    void Gauge(ReadOnlySpan<byte> key, double value, bool signed);

    void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> member);

    /// <summary>A count or a gauge of DogStatsD that carries its own time: the client has aggregated it.</summary>
    /// <param name="key">The counter or gauge.</param>
    /// <param name="value">Its value at that time.</param>
    /// <param name="time">Unix seconds.</param>
    /// <param name="isCounter">A count; otherwise a gauge.</param>
    void At(ReadOnlySpan<byte> key, double value, uint time, bool isCounter);

    /// <summary>An event of DogStatsD.</summary>
    void Event(StatsdEvent happened);

    /// <summary>A service check of DogStatsD.</summary>
    /// <param name="key">The check, with the host as a tag.</param>
    /// <param name="status">0 is well, 1 a warning, 2 critical, 3 not known.</param>
    /// <param name="time">Unix seconds; 0: now.</param>
    /// <param name="message">What it says; may be empty.</param>
    void Check(ReadOnlySpan<byte> key, int status, uint time, string message);
}
