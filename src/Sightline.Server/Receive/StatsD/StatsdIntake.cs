using System.Buffers;
using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;
using Sightline.Core.Wire.StatsD;
using Sightline.Server.Receive.Lines;

namespace Sightline.Server.Receive.StatsD;

/// <summary>What packets come to between two flushes, and the flush: points for the gate. Packets come from several threads.</summary>
internal sealed class StatsdIntake(StatsdOptions options, PointSender sender, LineAggregation aggregation, StatsdRepeater? repeater, TimeProvider time)
{
    /// <summary>Points in one log record.</summary>
    private const int Slice = 20_000;
    private const int LongestTitle = 255;

    private readonly Lock _lock = new();
    private readonly StatsdAggregator _aggregator = new(options, time);
    private readonly StatsdParser _parser = new(options.KeyNameSanitize, options.DogStatsd);
    private readonly uint _step = (uint)Math.Max(1, options.FlushIntervalMs / 1000);
    private StatsdFlush _last = new(time.GetUtcNow().ToUnixTimeSeconds(), 0, 0, 0);
    private readonly List<StatsdEvent> _waiting = [];
    private long _lastPacket;
    private long _badTold;
    private long _overLimitTold;

    /// <summary>Values taken since start.</summary>
    public long Values => _aggregator.Values;

    public int Keys => _aggregator.Keys;

    /// <summary>Bad lines since start, when the last packet came (Unix seconds; 0: none yet), and how the last flush went.</summary>
    public (long Bad, long LastPacket, StatsdFlush Flush) Told
    {
        get
        {
            lock (_lock)
            {
                return (_aggregator.BadLines, _lastPacket, _last);
            }
        }
    }

    /// <summary>Looks into what was gathered, or changes it, while nothing comes in.</summary>
    public T With<T>(Func<StatsdAggregator, T> look)
    {
        lock (_lock)
        {
            return look(_aggregator);
        }
    }

    public void Take(ReadOnlySpan<byte> packet)
    {
        repeater?.Send(packet);
        var now = (time.GetUtcNow().ToUnixTimeMilliseconds() + 500) / 1000;
        lock (_lock)
        {
            _lastPacket = now;
            _parser.Read(packet, _aggregator);
        }
    }

    /// <summary>Ends the interval and hands its points on. Called by one at a time.</summary>
    /// <param name="patience">How long to try while the gate is busy; after it the interval's points are refused and counted.</param>
    public async Task FlushAsync(TimeSpan patience)
    {
        var started = time.GetTimestamp();
        var now = (time.GetUtcNow().ToUnixTimeMilliseconds() + 500) / 1000;
        var batches = Gather(now);
        var delivered = true;
        long bytes = 0;
        foreach (var batch in batches)
        {
            delivered &= await sender.SendAsync(batch, ReceivedBy.StatsD, patience, CancellationToken.None);
            bytes += batch.Payload.Length;
        }

        _last = delivered
            ? new StatsdFlush(now, _last.LastException, (long)time.GetElapsedTime(started).TotalMilliseconds, bytes)
            : _last with { LastException = now };
        await SendEventsAsync(patience, isLast: true, CancellationToken.None);
    }

    /// <summary>
    /// Makes the events durable that came since the last call: whoever sent them by a connection knows it from an orderly end. Those that cannot be taken now wait for the next
    /// call, at most as long as the interval.
    /// </summary>
    /// <param name="patience">How long to try.</param>
    /// <param name="isLast">What cannot be taken then is refused and counted.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    public async ValueTask SendEventsAsync(TimeSpan patience, bool isLast, CancellationToken cancellationToken)
    {
        IReadOnlyList<StatsdEvent> happened;
        lock (_lock)
        {
            happened = _aggregator.TakeEvents();
            if (_waiting.Count > 0)
            {
                happened = [.. _waiting, .. happened];
                _waiting.Clear();
            }
        }

        if (happened.Count == 0)
        {
            return;
        }

        var now = sender.NowMs;
        var payload = new ArrayBufferWriter<byte>();
        new ChangeBatch(ReceivedBy.StatsD, now, [.. happened.Select(one => new Change(one.Time == 0 ? now / 1000 : one.Time, Cut(one.Title, LongestTitle), one.Text, Fitting(one.Tags)))]).Write(payload);
        if (!await sender.SendAsync(RecordKind.Changes, payload.WrittenMemory, happened.Count, ReceivedBy.StatsD, patience, cancellationToken) && !isLast)
        {
            lock (_lock)
            {
                _waiting.AddRange(happened);
            }
        }
    }

    private static List<string> Fitting(IReadOnlyList<string> tags)
    {
        var length = 0;
        return [.. tags.TakeWhile(tag => (length += tag.Length + 1) <= LongestTitle)];
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

    private List<PointBatchWriter> Gather(long now)
    {
        var batches = new List<PointBatchWriter>();
        var utf8 = new byte[SeriesName.MaxBytes * 4];
        var rules = aggregation.Of(sender);
        lock (_lock)
        {
            var batch = Begin(batches);
            if (_aggregator.BadLines > _badTold)
            {
                batch.AddDrop(DropReason.Malformed, (uint)(_aggregator.BadLines - _badTold), _aggregator.LastBadLine);
                _badTold = _aggregator.BadLines;
            }

            if (_aggregator.OverLimit > _overLimitTold)
            {
                batch.AddDrop(DropReason.TooManySeries, (uint)(_aggregator.OverLimit - _overLimitTold), null);
                _overLimitTold = _aggregator.OverLimit;
            }

            _aggregator.Flush(now, _last, (name, value) => Add(name, (uint)now, value));
            _aggregator.FlushTimed((uint)now, Add);

            void Add(string name, uint at, double value)
            {
                // Carbon drops what is not a number, too.
                if (double.IsNaN(value))
                {
                    return;
                }

                ReadOnlySpan<byte> canonical = default;
                var fault = name.Length > SeriesName.MaxBytes
                    ? GraphiteFault.TooLong
                    : SeriesName.Check(utf8.AsSpan(0, Encoding.UTF8.GetBytes(name, utf8)), out canonical);
                if (fault != GraphiteFault.None)
                {
                    batch.AddDrop(fault == GraphiteFault.TooLong ? DropReason.TooLarge : DropReason.Malformed, 1, Cut(name, 200));
                    return;
                }

                if (rules is null)
                {
                    batch.Add(canonical, new Point(at, value));
                }
                else
                {
                    rules.Add(canonical, new Point(at, value), batch);
                }

                if (batch.Points >= Slice)
                {
                    batch = Begin(batches);
                }
            }
        }

        return batches;
    }

    private PointBatchWriter Begin(List<PointBatchWriter> batches)
    {
        var batch = new PointBatchWriter();
        batch.Begin(ReceivedBy.StatsD, sender.NowMs, _step);
        batches.Add(batch);
        return batch;
    }
}
