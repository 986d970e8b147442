using Sightline.Core.Model;

namespace Sightline.Server.Features.SystemStatus;

/// <summary>What the server had counted at a moment.</summary>
internal sealed record SystemSample(long Timestamp, IReadOnlyDictionary<ReceivedBy, long> Accepted, long Stored, long DataBytes);

/// <summary>Counts taken every few seconds, so that rates can be told: of the last minute, and of the last day for what grows slowly.</summary>
internal sealed class SystemSampler(DataPath path, TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private const int RecentKept = 13;
    private const int LongKept = 145;
    private static readonly TimeSpan LongEvery = TimeSpan.FromMinutes(10);

    /// <summary>Growth of a shorter time says nothing about days.</summary>
    private static readonly TimeSpan LeastForGrowth = TimeSpan.FromMinutes(50);

    private readonly Lock _lock = new();
    private readonly Queue<SystemSample> _recent = new();
    private readonly Queue<SystemSample> _long = new();

    public void RunOnce()
    {
        var sample = Take();
        lock (_lock)
        {
            Add(_recent, sample, RecentKept);
            if (_long.Count == 0 || time.GetElapsedTime(_long.Last().Timestamp, sample.Timestamp) >= LongEvery)
            {
                Add(_long, sample, LongKept);
            }
        }
    }

    /// <summary>Per second, of about the last minute; of the whole time since start where that is shorter.</summary>
    public (IReadOnlyDictionary<ReceivedBy, double> Accepted, double Stored) Rates()
    {
        var now = Take();
        SystemSample before;
        lock (_lock)
        {
            before = _recent.Count > 0 ? _recent.Peek() : now;
        }

        var seconds = Math.Max(1, time.GetElapsedTime(before.Timestamp, now.Timestamp).TotalSeconds);
        return (now.Accepted.ToDictionary(entry => entry.Key, entry => (entry.Value - before.Accepted.GetValueOrDefault(entry.Key)) / seconds), (now.Stored - before.Stored) / seconds);
    }

    /// <summary>Bytes a day, of up to the last day; <see langword="null"/>: the server has not run long enough to tell.</summary>
    public double? GrowthPerDay()
    {
        var now = Take();
        lock (_lock)
        {
            return _long.Count > 0 && time.GetElapsedTime(_long.Peek().Timestamp, now.Timestamp) is { } span && span >= LeastForGrowth
                ? (now.DataBytes - _long.Peek().DataBytes) / span.TotalDays
                : null;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                RunOnce();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private SystemSample Take()
    {
        var files = path.Store.Files();
        return new SystemSample(time.GetTimestamp(), Enum.GetValues<ReceivedBy>().ToDictionary(by => by, path.Counters.AcceptedBy), path.Feeder.Statistics.Events, files.MainBytes + files.MonthBytes);
    }

    private static void Add(Queue<SystemSample> samples, SystemSample sample, int most)
    {
        samples.Enqueue(sample);
        while (samples.Count > most)
        {
            samples.Dequeue();
        }
    }
}
