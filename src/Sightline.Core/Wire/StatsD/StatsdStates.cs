namespace Sightline.Core.Wire.StatsD;

/// <summary>What is known of each key in the interval that runs, within the limits.</summary>
internal sealed class StatsdStates(StatsdOptions options)
{
    private readonly Dictionary<byte[], CounterState> _counters = new(Utf8Keys.Comparer);
    private readonly Dictionary<byte[], TimerState> _timers = new(Utf8Keys.Comparer);
    private readonly Dictionary<byte[], GaugeState> _gauges = new(Utf8Keys.Comparer);
    private readonly Dictionary<byte[], SetState> _sets = new(Utf8Keys.Comparer);
    private readonly HashSet<CounterState> _kept = [];
    private int _samples;

    public Dictionary<byte[], CounterState> Counters => _counters;

    public Dictionary<byte[], TimerState> Timers => _timers;

    public Dictionary<byte[], GaugeState> Gauges => _gauges;

    public Dictionary<byte[], SetState> Sets => _sets;

    /// <summary>Of all kinds.</summary>
    public int Keys => _counters.Count + _timers.Count + _gauges.Count + _sets.Count;

    /// <summary>Values since start that a limit kept out.</summary>
    public long OverLimit { get; private set; }

    /// <summary>Values since start that were taken.</summary>
    public long Values { get; private set; }

    /// <summary>The key's state, which a value is about to change; <see langword="null"/>: a limit keeps it out, and that is counted.</summary>
    public CounterState? Counter(ReadOnlySpan<byte> key) => Find(_counters, key);

    /// <inheritdoc cref="Counter"/>
    public TimerState? Timer(ReadOnlySpan<byte> key) => Find(_timers, key);

    /// <inheritdoc cref="Counter"/>
    public GaugeState? Gauge(ReadOnlySpan<byte> key, bool always = false) => Find(_gauges, key, always);

    /// <inheritdoc cref="Counter"/>
    public SetState? Set(ReadOnlySpan<byte> key) => Find(_sets, key);

    /// <summary>Counters that are there from the start.</summary>
    public IReadOnlySet<CounterState> Kept => _kept;

    /// <summary>Makes a counter that is there from the start, whatever the limits.</summary>
    public CounterState Keep(byte[] key)
    {
        var counter = new CounterState();
        _kept.Add(counter);
        return _counters[key] = counter;
    }

    /// <summary>Whether a value that was found a key for may be held besides those of the interval; if not, it is counted as kept out.</summary>
    public bool HasRoom()
    {
        if (_samples < options.MaxSamples)
        {
            _samples++;
            return true;
        }

        Values--;
        OverLimit++;
        return false;
    }

    /// <summary>Counts a value that is held elsewhere.</summary>
    /// <returns><paramref name="isTaken"/>.</returns>
    public bool Count(bool isTaken)
    {
        (Values, OverLimit) = isTaken ? (Values + 1, OverLimit) : (Values, OverLimit + 1);
        return isTaken;
    }

    /// <summary>Forgets the values of the interval that is over, and the keys that are not to outlive it.</summary>
    public void BeginInterval()
    {
        _samples = 0;
        foreach (var (key, counter) in _counters)
        {
            counter.Value = 0;
            if (options.DeleteCounters && key.AsSpan().IndexOf("packets_received"u8) < 0 && key.AsSpan().IndexOf("metrics_received"u8) < 0
                && key.AsSpan().IndexOf("bad_lines_seen"u8) < 0)
            {
                _counters.Remove(key);
            }
        }

        foreach (var (key, timer) in _timers)
        {
            timer.Clear();
            if (options.DeleteTimers)
            {
                _timers.Remove(key);
            }
        }

        foreach (var (key, set) in _sets)
        {
            set.Members.Clear();
            if (options.DeleteSets)
            {
                _sets.Remove(key);
            }
        }

        if (!options.DeleteGauges)
        {
            return;
        }

        foreach (var (key, gauge) in _gauges)
        {
            if (gauge.Ttl > 0 && --gauge.Ttl == 0)
            {
                _gauges.Remove(key);
            }
        }
    }

    private T? Find<T>(Dictionary<byte[], T> states, ReadOnlySpan<byte> key, bool always = false)
        where T : class, new()
    {
        var lookup = states.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(key, out var state))
        {
            if (!always && (Keys >= options.MaxKeys || key.Length > Graphite.SeriesName.MaxBytes))
            {
                OverLimit++;
                return null;
            }

            state = new T();
            lookup[key] = state;
        }

        Values++;
        return state;
    }
}
