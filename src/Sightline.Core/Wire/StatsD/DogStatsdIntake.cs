using System.Text;

namespace Sightline.Core.Wire.StatsD;

/// <summary>What DogStatsD sends that is not aggregated: values with a time of their own, events and service checks, kept until the flush. For one thread.</summary>
internal sealed class DogStatsdIntake(StatsdOptions options, StatsdNames names)
{
    private const int MostEvents = 1000;
    private const int MostChecks = 100_000;

    private readonly List<(byte[] Key, double Value, uint Time, bool IsCounter)> _timed = [];
    private readonly List<(byte[] Key, int Status, uint Time)> _checked = [];
    private readonly Dictionary<byte[], int> _status = new(Utf8Keys.Comparer);
    private List<StatsdEvent> _events = [];
    private int _eventsOfInterval;

    /// <summary>Values and checks that wait.</summary>
    public int Waiting => _timed.Count + _checked.Count;

    public void At(ReadOnlySpan<byte> key, double value, uint time, bool isCounter) => _timed.Add((key.ToArray(), value, time, isCounter));

    /// <returns>Whether there was room.</returns>
    public bool Event(StatsdEvent happened)
    {
        if (_eventsOfInterval >= MostEvents)
        {
            return false;
        }

        _eventsOfInterval++;

        _events.Add(happened);
        return true;
    }

    /// <summary>A check's status is a point; that it changed, or began badly, is also an event, which is where its message is kept.</summary>
    public void Check(ReadOnlySpan<byte> key, int status, uint time, string message)
    {
        _checked.Add((key.ToArray(), status, time));
        var known = _status.GetAlternateLookup<ReadOnlySpan<byte>>();
        var before = known.TryGetValue(key, out var last) ? last : 0;
        if (status != before)
        {
            var words = Encoding.UTF8.GetString(key).Split(';');
            Event(new StatsdEvent($"{words[0]}: {Word(status)}", message, time, ["service_check", .. words.Skip(1).Select(Tag)]));
        }

        if (known.ContainsKey(key) || _status.Count < MostChecks)
        {
            known[key] = status;
        }
    }

    /// <summary>Tells each point that has a time of its own, and forgets them.</summary>
    public void Flush(uint now, Action<string, uint, double> emit)
    {
        var seconds = options.FlushIntervalMs / 1000.0;
        foreach (var (key, value, time, isCounter) in _timed)
        {
            var text = Encoding.UTF8.GetString(key);
            if (!isCounter)
            {
                emit(names.Of(names.Gauges, text, null), time, value);
                continue;
            }

            emit(names.CounterRate(text), time, value / seconds);
            if (options.FlushCounts)
            {
                emit(names.CounterCount(text), time, value);
            }
        }

        foreach (var (key, status, time) in _checked)
        {
            emit(Encoding.UTF8.GetString(key), time == 0 ? now : time, status);
        }

        _timed.Clear();
        _checked.Clear();
        _eventsOfInterval = 0;
    }

    public IReadOnlyList<StatsdEvent> TakeEvents() => _events.Count == 0 ? [] : Interlocked.Exchange(ref _events, []);

    private static string Word(int status) => status switch { 0 => "ok", 1 => "warning", 2 => "critical", _ => "unknown" };

    private static string Tag(string tag)
    {
        var equals = tag.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? tag : $"{tag[..equals]}:{tag[(equals + 1)..]}";
    }
}
