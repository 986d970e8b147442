using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Benchmarks;

/// <summary>
/// What a batch costs: events a second through <see cref="StoreWriter"/> in large and small batches, commits of a live site whose
/// visits are changed in place, bytes an event, and how long a restart replays.
/// </summary>
internal static class StoreBenchmark
{
    /// <summary>A clock by which the months written are long past.</summary>
    private static readonly TimeProvider Later = new FixedTime(DateTimeOffset.FromUnixTimeMilliseconds(1_830_000_000_000));

    public static int Run(string[] args)
    {
        var events = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 400_000;
        var directory = Directory.CreateTempSubdirectory("sightline-bench-store-").FullName;
        try
        {
            Write(Path.Combine(directory, "large"), events, 20_000, eventsPerSecond: 20_000, checkpointEvery: 10);
            Settle(Path.Combine(directory, "large"));
            Write(Path.Combine(directory, "month"), events, 20_000, eventsPerSecond: 2, checkpointEvery: 10);
            Settle(Path.Combine(directory, "month"));
            Write(Path.Combine(directory, "live"), events / 2, 5_000, eventsPerSecond: 5_000, checkpointEvery: 10);
            Write(Path.Combine(directory, "small"), events / 8, 1_000, eventsPerSecond: 1_000, checkpointEvery: 10);
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Write(string directory, int count, int batchSize, int eventsPerSecond, int checkpointEvery)
    {
        var traffic = new StoreTraffic(eventsPerSecond);
        var times = new List<double>();
        var cpu = TimeSpan.Zero;
        var checkpoints = new List<double>();
        long position;
        using (var store = EventStore.Open(directory, new EventStoreOptions(), Later))
        using (var writer = store.CreateWriter())
        {
            position = 0;
            var parts = new PartTimes();
            writer.PartEnded = parts.Ended;
            for (var written = 0; written < count; written += batchSize)
            {
                var batch = traffic.Next(batchSize, ++position);
                var before = Environment.CpuUsage.TotalTime;
                var start = Stopwatch.GetTimestamp();
                parts.Begin();
                writer.Write(batch);
                cpu += Environment.CpuUsage.TotalTime - before;
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                if (position % checkpointEvery == 0)
                {
                    start = Stopwatch.GetTimestamp();
                    store.Maintenance.Checkpoint();
                    checkpoints.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }

            Console.WriteLine(parts.PerEvent(count));
            store.Maintenance.Checkpoint();
            var sizes = store.Sizes();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"batches of {batchSize}: {count / (times.Sum() / 1000):N0} events/s, {cpu.TotalMicroseconds / count:F1} us CPU an event; write {Spread(times)}; checkpoint {Spread(checkpoints)}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"    {sizes.Events:N0} events, {sizes.Sessions:N0} visits, {sizes.Texts:N0} texts: {(double)sizes.FileBytes / sizes.Events:F1} bytes an event on disk"));
            for (var i = 0; i < 10; i++)
            {
                writer.Write(traffic.Next(batchSize, ++position));
            }

            // A copy of the files without a checkpoint is what a killed process leaves.
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    restart with {store.Sizes().LogBytes / 1048576.0:F1} MB of log ({10 * batchSize:N0} events): {Restart(directory):F0} ms"));
        }
    }

    /// <summary>Settles what was written, and goes on beside it.</summary>
    private static void Settle(string directory)
    {
        using var store = EventStore.Open(directory, new EventStoreOptions(), Later);
        using var writer = store.CreateWriter();
        var start = Stopwatch.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        var months = 0;
        while (store.Maintenance.Settle(static () => true) is not null)
        {
            months++;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"    settled {months} months in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s, {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / store.Sizes().Events:F2} us CPU an event"));
        start = Stopwatch.GetTimestamp();
        store.Maintenance.Checkpoint();
        var sizes = store.Sizes();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
                first checkpoint after it {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms; {(double)(sizes.FileBytes - sizes.MainBytes) / sizes.SettledEvents:F1} bytes an event in files of months,
                {(double)sizes.MainBytes / sizes.SettledEvents:F1} of the main file (visits and texts), {(double)sizes.FileBytes / sizes.Events:F1} together
            """));
        StoreColumns.Print(store, directory);
    }

    private static double Restart(string directory)
    {
        var copy = directory + "-killed";
        Directory.CreateDirectory(Path.Combine(copy, "store"));
        foreach (var file in Directory.GetFiles(Path.Combine(directory, "store")))
        {
            File.Copy(file, Path.Combine(copy, "store", Path.GetFileName(file)));
        }

        var start = Stopwatch.GetTimestamp();
        using var store = EventStore.Open(copy, new EventStoreOptions(), Later);
        using var writer = store.CreateWriter();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static string Spread(List<double> values)
    {
        if (values.Count == 0)
        {
            return "-";
        }

        var sorted = values.Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"p50 {sorted[sorted.Count / 2]:F0} p95 {sorted[sorted.Count * 95 / 100]:F0} max {sorted[^1]:F0} ms");
    }
}

internal sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}

/// <summary>CPU time of the parts of a write, of all threads.</summary>
internal sealed class PartTimes
{
    private readonly Dictionary<string, TimeSpan> _sums = [];
    private TimeSpan _last;

    public void Begin() => _last = Environment.CpuUsage.TotalTime;

    public void Ended(string part)
    {
        var now = Environment.CpuUsage.TotalTime;
        _sums[part] = _sums.GetValueOrDefault(part) + now - _last;
        _last = now;
    }

    public string PerEvent(int events) => "    us CPU an event: " + string.Join(", ", _sums.Select(sum =>
        string.Create(CultureInfo.InvariantCulture, $"{sum.Key} {sum.Value.TotalMicroseconds / events:F2}")));
}

/// <summary>A site's traffic: visits of about six events that overlap, a few thousand pages of which few are popular, some properties.</summary>
internal sealed class StoreTraffic(int eventsPerSecond)
{
    private readonly Random _random = new(5);
    private readonly (ulong Visitor, VisitContext Context)[] _open = new (ulong, VisitContext)[eventsPerSecond * 10];
    private int _begun;
    private double _timeMs = 1_790_000_000_000;
    private ulong _visitors;

    public StoreBatch Next(int count, long position)
    {
        var batch = new StoreBatch { UpTo = new LogPosition(position) };
        for (var i = 0; i < count; i++)
        {
            _timeMs += 1000.0 / eventsPerSecond;
            batch.Events.Add(NextEvent());
        }

        batch.Received.Add(new ReceivedCount(1, (long)_timeMs, ReceivedBy.EventApi, (uint)count));
        return batch;
    }

    private Event NextEvent()
    {
        // One event in six begins a visit; the others belong to one of those begun lately.
        if (_begun == 0 || _random.Next(6) == 0)
        {
            _open[_begun++ % _open.Length] = (Hash(++_visitors), Context());
        }

        var (visitor, context) = _open[_random.Next(Math.Min(_begun, _open.Length))];
        var page = (int)(5000 * Math.Pow(_random.NextDouble(), 4));
        var engagement = _random.Next(4) == 0;
        return new Event
        {
            Project = 1,
            ReceivedBy = ReceivedBy.EventApi,
            ReceivedMs = (long)_timeMs,
            TimeMs = (long)_timeMs,
            Kind = engagement ? EventKind.Engagement : EventKind.PageView,
            Name = engagement ? "engagement" : "pageview",
            Host = "www.example.com",
            Path = $"/section-{page % 20}/article-{page}",
            Title = $"Article number {page}",
            Props = _random.Next(5) == 0 ? Encoding.UTF8.GetBytes($$"""{"plan":"{{(page % 3 == 0 ? "pro" : "free")}}","author":"a{{page % 40}}"}""") : null,
            EngagedMs = engagement ? (uint)_random.Next(60_000) : 0,
            Scroll = engagement ? (byte)_random.Next(101) : (byte)255,
            Visitor = visitor,
            Tie = (uint)_random.Next(),
            Visit = context,
        };
    }

    private VisitContext Context()
    {
        var source = (int)(60 * Math.Pow(_random.NextDouble(), 3));
        return new VisitContext
        {
            Source = $"source-{source}",
            Referrer = source == 0 ? "" : $"site-{source}.example/{_random.Next(40)}",
            Channel = $"channel-{source % 9}",
            Country = $"C{_random.Next(50)}",
            Region = $"R{_random.Next(300)}",
            City = $"City {_random.Next(2000)}",
            Language = _random.Next(2) == 0 ? "de-DE" : "en-US",
            Device = _random.Next(2) == 0 ? "Mobile" : "Desktop",
            Browser = $"Browser {_random.Next(6)}",
            BrowserVersion = $"{_random.Next(100, 140)}",
            Os = $"Os {_random.Next(5)}",
            OsVersion = $"{_random.Next(10, 18)}",
            Screen = $"{_random.Next(3, 20) * 100}x{_random.Next(3, 12) * 100}",
        };
    }

    private static ulong Hash(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
