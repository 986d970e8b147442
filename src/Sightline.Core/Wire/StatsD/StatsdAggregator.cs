using System.Text;
using System.Text.Unicode;

namespace Sightline.Core.Wire.StatsD;

/// <summary>
/// Packets in, series out: what statsd 0.9.0 keeps between two flushes, and what its Graphite backend makes of it. For one thread at a time.
/// Two deliberate differences: keys that are members of every JavaScript object (<c>constructor</c>) are ordinary keys, and there are limits.
/// </summary>
public sealed class StatsdAggregator : IStatsdSink
{
    private readonly StatsdOptions _options;
    private readonly TimeProvider _time;
    private readonly StatsdNames _names;
    private readonly TimerFigures _figures;
    private readonly DogStatsdIntake _dog;
    private readonly StatsdStates _states;
    private readonly CounterState _bad;
    private readonly CounterState _packets;
    private readonly CounterState _lines;
    private readonly byte[] _lagKey;
    private long _lastTime;

    /// <param name="options">As in statsd's configuration.</param>
    /// <param name="time">Measures how long a flush takes.</param>
    public StatsdAggregator(StatsdOptions options, TimeProvider time)
    {
        _time = time;
        _options = options;
        _names = new StatsdNames(options);
        _figures = new TimerFigures(options);
        _dog = new DogStatsdIntake(options, _names);
        _states = new StatsdStates(options);
        _bad = Own("bad_lines_seen");
        _packets = Own("packets_received");
        _lines = Own("metrics_received");
        _lagKey = Encoding.UTF8.GetBytes(options.PrefixStats + ".timestamp_lag");
    }

    /// <summary>Keys of all kinds.</summary>
    public int Keys => _states.Keys;

    /// <summary>Lines since start that could not be read, whole or in part.</summary>
    public long BadLines { get; private set; }

    /// <summary>Values since start that a limit kept out.</summary>
    public long OverLimit => _states.OverLimit;

    /// <summary>Values since start that were taken.</summary>
    public long Values => _states.Values;

    /// <summary>The last bad line, for people.</summary>
    public string? LastBadLine { get; private set; }

    void IStatsdSink.Packet() => _packets.Value++;

    void IStatsdSink.Line() => _lines.Value++;

    void IStatsdSink.Bad(ReadOnlySpan<byte> line)
    {
        _bad.Value++;
        BadLines++;
        LastBadLine = Encoding.UTF8.GetString(line[..Math.Min(line.Length, 200)]);
    }

    void IStatsdSink.Counter(ReadOnlySpan<byte> key, double value)
    {
        if (_states.Counter(key) is { } counter)
        {
            // 0 times "every 0th" is not a number; statsd begins anew after it.
            counter.Value = double.IsNaN(counter.Value) ? value : counter.Value + value;
        }
    }

    void IStatsdSink.Timer(ReadOnlySpan<byte> key, double value, double weight)
    {
        if (_states.Timer(key) is { } timer && _states.HasRoom())
        {
            timer.Add(value);
            timer.Count += weight;
        }
    }

    void IStatsdSink.Gauge(ReadOnlySpan<byte> key, double value, bool signed)
    {
        if (_states.Gauge(key) is { } gauge)
        {
            // A gauge that is 0 or not there yet is set, whatever the sign: that is how statsd's users know it.
            gauge.Value = signed && gauge.Value != 0 && !double.IsNaN(gauge.Value) ? gauge.Value + value : value;
            gauge.Ttl = _options.GaugesMaxTtl;
        }
    }

    void IStatsdSink.Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> member)
    {
        if (_states.Set(key) is not { } set)
        {
            return;
        }

        if (!Utf8.IsValid(member))
        {
            member = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(member));
        }

        var members = set.Members.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!members.Contains(member) && _states.HasRoom())
        {
            members.Add(member);
        }
    }

    void IStatsdSink.At(ReadOnlySpan<byte> key, double value, uint time, bool isCounter)
    {
        if (TryWait())
        {
            _dog.At(key, value, time, isCounter);
        }
    }

    void IStatsdSink.Event(StatsdEvent happened) => _states.Count(_dog.Event(happened));

    void IStatsdSink.Check(ReadOnlySpan<byte> key, int status, uint time, string message)
    {
        if (TryWait())
        {
            _dog.Check(key, status, time, message);
        }
    }

    /// <summary>Tells each point that came with a time of its own, and each service check, since the last call.</summary>
    /// <param name="now">Unix seconds, for what came without.</param>
    /// <param name="emit">Told name, Unix seconds and value.</param>
    public void FlushTimed(uint now, Action<string, uint, double> emit) => _dog.Flush(now, emit);

    /// <summary>Events since the last call.</summary>
    public IReadOnlyList<StatsdEvent> TakeEvents() => _dog.TakeEvents();

    /// <summary>Gives every series its value of the interval that ends now, and begins the next.</summary>
    /// <param name="time">Unix seconds.</param>
    /// <param name="last">How the delivery before went.</param>
    /// <param name="emit">Told each series; a value may be infinite or NaN.</param>
    public void Flush(long time, StatsdFlush last, Action<string, double> emit)
    {
        var started = _time.GetTimestamp();
        var seconds = _options.FlushIntervalMs / 1000.0;
        if (_lastTime > 0)
        {
            _states.Gauge(_lagKey, always: true)!.Value = time - _lastTime - seconds;
        }

        _lastTime = time;
        var stats = Keys;
        foreach (var (key, counter) in _states.Counters)
        {
            var text = Encoding.UTF8.GetString(key);
            emit(_names.CounterRate(text), counter.Value / seconds);
            if (_options.FlushCounts)
            {
                emit(_names.CounterCount(text), counter.Value);
            }
        }

        foreach (var (key, timer) in _states.Timers)
        {
            var text = Encoding.UTF8.GetString(key);
            _figures.Calculate(text, timer.Values, timer.Count, (figure, value) => emit(_names.Of(_names.Timers, text, figure), value));
        }

        var processing = _time.GetElapsedTime(started);
        foreach (var (key, gauge) in _states.Gauges)
        {
            emit(_names.Of(_names.Gauges, Encoding.UTF8.GetString(key), null), gauge.Value);
        }

        foreach (var (key, set) in _states.Sets)
        {
            emit(_names.Of(_names.Sets, Encoding.UTF8.GetString(key), "count"), set.Members.Count);
        }

        emit(_names.NumStats, stats);
        emit(_names.OfOwn("graphiteStats.calculationtime"), Math.Floor(_time.GetElapsedTime(started).TotalMilliseconds));
        emit(_names.OfOwn("processing_time"), Math.Floor(processing.TotalMilliseconds));
        emit(_names.OfOwn("graphiteStats.last_exception"), last.LastException);
        emit(_names.OfOwn("graphiteStats.last_flush"), last.LastFlush);
        emit(_names.OfOwn("graphiteStats.flush_time"), last.FlushTimeMs);
        emit(_names.OfOwn("graphiteStats.flush_length"), last.FlushLength);
        _states.BeginInterval();
    }

    /// <inheritdoc cref="StatsdInspection.Print"/>
    public string Print(StatsdKind kind) => new StatsdInspection(_states).Print(kind);

    /// <inheritdoc cref="StatsdInspection.Delete(StatsdKind, string)"/>
    public IReadOnlyList<string> Delete(StatsdKind kind, string bucket) => new StatsdInspection(_states).Delete(kind, bucket);

    private bool TryWait() => _states.Count(_dog.Waiting < _options.MaxSamples);

    private CounterState Own(string name) => _states.Keep(Encoding.UTF8.GetBytes($"{_options.PrefixStats}.{name}"));
}
