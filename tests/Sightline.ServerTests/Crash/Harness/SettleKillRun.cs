using System.Diagnostics;
using System.Globalization;
using Sightline.Core.Model;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Crash;

/// <summary>
/// Kills a server that settles a month while events of that month still come in, again and again on the same data directory: each time
/// another month, each at a random moment after the month's file has appeared. Then holds what is stored against what was sent.
/// </summary>
internal sealed class SettleKillRun(int kills, int seed, Action<string> tell)
{
    private const int Connections = 4;
    private const int EventsAMonth = 20_000;
    private const int MonthDays = 31;

    private readonly Random _random = new(seed);
    private readonly Ledger _ledger = new();
    private readonly CrashReport _report = new();
    private readonly string _data = Directory.CreateTempSubdirectory("sightline-settle-").FullName;
    private readonly int _port = CrashServer.FreePort();
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    /// <summary>Kills after which a file lay there that did not count.</summary>
    public int Interrupted { get; private set; }

    /// <summary>Months settled in the end.</summary>
    public int Settled { get; private set; }

    public async Task<CrashReport> RunAsync(CancellationToken cancel)
    {
        var took = Stopwatch.StartNew();
        var settings = SettingsDb.Open(_data, TimeProvider.System);
        var project = new ProjectStore(settings, TimeProvider.System).Add("Shop");
        var quiet = new ProjectStore(settings, TimeProvider.System).Add("Quiet");
        var events = Prepare(quiet.Id);
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var loads = new List<Task>();
        try
        {
            for (var kill = 0; kill < kills; kill++)
            {
                using var stop = new CancellationTokenSource();
                var load = new CrashLoad(new Uri($"http://127.0.0.1:{_port}"), project.PublicKey, project.Id, _ledger, seed + (kill * 1000), Back(kill));
                loads.Add(load.RunAsync(Connections, stop.Token, abandon.Token));
                await KillOneAsync(kill, cancel);
                await stop.CancelAsync();
            }

            var left = Files();
            using var last = CrashServer.Start(_data, _port);
            await ReadyAsync(last, left, cancel);
            await Task.WhenAll(loads).WaitAsync(cancel);
            await last.DrainAsync(cancel);
            var code = await last.StopAsync(cancel);
            if (code != 0)
            {
                _report.Faults.Add($"asked to stop, the server ended with {code}: {last.Said}");
            }

            Audit(project.Id, quiet.Id, events);
        }
        finally
        {
            await abandon.CancelAsync();
            await Task.WhenAll(loads);
            Directory.Delete(_data, recursive: true);
        }

        _report.Took = took.Elapsed;
        tell(string.Create(CultureInfo.InvariantCulture, $"{Interrupted} of {kills} kills left a month's file that did not count yet; {Settled} months settled in the end"));
        return _report;
    }

    private async Task KillOneAsync(int kill, CancellationToken cancel)
    {
        var left = Files();
        using var server = CrashServer.Start(_data, _port);
        await ReadyAsync(server, left, cancel);
        var before = Files();
        while (!server.HasExited && Files().IsSubsetOf(before))
        {
            await Task.Delay(1, cancel);
        }

        await Task.Delay(_random.Next(kill % 2 == 0 ? 60 : 400), cancel);
        server.Kill();
        _report.Kills[KillMoment.Settling] = _report.Kills.GetValueOrDefault(KillMoment.Settling) + 1;
    }

    private async Task ReadyAsync(CrashServer server, HashSet<string> left, CancellationToken cancel)
    {
        _report.Starts.Add(await server.ReadyAsync(cancel));
        _report.StartCosts.Add(server.ProcessorTime);
        // A start deletes what the store does not name.
        Interrupted += left.IsSubsetOf(Files()) ? 0 : 1;
    }

    private HashSet<string> Files() =>
        [.. Directory.GetFiles(Path.Combine(_data, "store"), "events-*.duckdb").Select(path => Path.GetFileName(path))];

    private static TimeSpan Back(int kill) => TimeSpan.FromDays((kill + 2) * MonthDays);

    /// <summary>Months of another project, so that there is something to settle at once.</summary>
    private long Prepare(uint project)
    {
        using var store = EventStore.Open(_data, new EventStoreOptions(), TimeProvider.System);
        using var writer = store.CreateWriter();
        var events = 0L;
        for (var month = 0; month <= kills; month++)
        {
            var batch = new StoreBatch { UpTo = new LogPosition(month + 1) };
            var first = (_now - Back(month)).ToUnixTimeMilliseconds();
            batch.Events.AddRange(Enumerable.Range(0, EventsAMonth).Select(n => new Event
            {
                Project = project,
                ReceivedBy = ReceivedBy.EventApi,
                Kind = EventKind.PageView,
                Name = "pageview",
                Path = $"/p{n % 50}",
                Visitor = (ulong)(1 + (n / 5)),
                TimeMs = first + (n * 50L),
                Visit = new VisitContext(),
            }));
            batch.Received.Add(new ReceivedCount(project, first, ReceivedBy.EventApi, EventsAMonth));
            events += writer.Write(batch);
        }

        return events;
    }

    private void Audit(uint project, uint quiet, long events)
    {
        var stored = StoredEvents.Read(_data, project);
        _report.Faults.AddRange(new StoreAudit(stored, _ledger).Run());
        _report.Stored = stored.Events.Count;
        _report.Duplicates = stored.Drops.GetValueOrDefault(DropReason.Duplicate);
        _report.Sent = _ledger.Requests.Where(request => request.Fate != Fate.NotSent).Sum(request => (long)request.Events.Count);
        _report.Acknowledged = _ledger.Requests.Where(request => request.Fate == Fate.Acknowledged).Sum(request => (long)request.Events.Count);
        using var store = EventStore.Open(_data, new EventStoreOptions(), TimeProvider.System);
        using var snapshot = store.OpenSnapshot(quiet, 0, long.MaxValue);
        var found = snapshot.Connection.ScalarLong($"SELECT count(*) FROM {snapshot.Events} WHERE project = {quiet}") ?? 0;
        var times = snapshot.Connection.ScalarLong($"SELECT count(DISTINCT time_ms) FROM {snapshot.Events} WHERE project = {quiet}") ?? 0;
        if (found != events || times != events)
        {
            _report.Faults.Add(string.Create(CultureInfo.InvariantCulture, $"of {events} events that were there before, {found} are, of {times} times"));
        }

        Settled = store.Months.Current.Count;
    }
}
