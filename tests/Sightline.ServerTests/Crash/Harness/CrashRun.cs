using System.Diagnostics;
using System.Globalization;
using Sightline.Core.Model;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Crash;

/// <summary>Kills a server under load again and again on the same data directory, then holds what it stored against what was sent.</summary>
internal sealed class CrashRun(int kills, int seed, Action<string> tell)
{
    private const int Connections = 6;

    /// <summary>Kills between two audits: a fault is then known to be young.</summary>
    private const int KillsPerAudit = 20;

    private readonly Random _random = new(seed);
    private readonly Ledger _ledger = new();
    private readonly CrashReport _report = new();
    private readonly string _data = Directory.CreateTempSubdirectory("sightline-crash-").FullName;
    private readonly int _port = CrashServer.FreePort();
    private uint _project;
    private TimeSpan _lastStart = TimeSpan.FromSeconds(1);

    private string StoreFile => Path.Combine(_data, "store", "main.duckdb");

    public async Task<CrashReport> RunAsync(CancellationToken cancel)
    {
        var took = Stopwatch.StartNew();
        try
        {
            var project = new ProjectStore(SettingsDb.Open(_data, TimeProvider.System), TimeProvider.System).Add("Shop");
            _project = project.Id;
            for (var done = 0; done < kills && _report.Faults.Count == 0; done += KillsPerAudit)
            {
                await KillAndAuditAsync(project, done, Math.Min(KillsPerAudit, kills - done), cancel);
                tell(string.Create(CultureInfo.InvariantCulture, $"after {Math.Min(kills, done + KillsPerAudit)}: {_report.Stored} events stored, {took.Elapsed.TotalSeconds:F0} s"));
            }
        }
        finally
        {
            Directory.Delete(_data, recursive: true);
        }

        _report.Took = took.Elapsed;
        return _report;
    }

    private async Task KillAndAuditAsync(Project project, int done, int count, CancellationToken cancel)
    {
        var load = new CrashLoad(new Uri($"http://127.0.0.1:{_port}"), project.PublicKey, project.Id, _ledger, seed + (done * 1000));
        using var stop = new CancellationTokenSource();
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sending = load.RunAsync(Connections, stop.Token, abandon.Token);
        try
        {
            for (var kill = 0; kill < count;)
            {
                kill += await TryKillAsync(MomentOf(kill), cancel) ? 1 : 0;
            }

            using var last = CrashServer.Start(_data, _port);
            await ReadyAsync(last, cancel);
            await stop.CancelAsync();
            await sending;
            await last.DrainAsync(cancel);
            var code = await last.StopAsync(cancel);
            if (code != 0)
            {
                _report.Faults.Add($"asked to stop, the server ended with {code}: {last.Said}");
            }
        }
        finally
        {
            await stop.CancelAsync();
            await abandon.CancelAsync();
            await sending;
        }

        Audit();
    }

    private static KillMoment MomentOf(int kill) => kill switch
    {
        // Costs ten seconds: that long the server lives until it checkpoints.
        9 => KillMoment.Checkpointing,
        _ => (kill % 5) switch { 1 => KillMoment.Starting, 2 => KillMoment.Draining, 3 => KillMoment.ClosingTheStore, _ => KillMoment.UnderLoad },
    };

    /// <returns>False: it had stopped before the kill came.</returns>
    private async Task<bool> TryKillAsync(KillMoment moment, CancellationToken cancel)
    {
        using var server = CrashServer.Start(_data, _port);
        if (moment == KillMoment.Starting)
        {
            await Task.Delay(_lastStart * _random.NextDouble(), cancel);
        }
        else
        {
            await ReadyAsync(server, cancel);
            switch (moment)
            {
                case KillMoment.Draining:
                    await Task.Delay(_random.Next(50, 500), cancel);
                    server.Ask();
                    await Task.Delay(_random.Next(150), cancel);
                    break;
                case KillMoment.ClosingTheStore:
                    await Task.Delay(_random.Next(50, 500), cancel);
                    var before = File.GetLastWriteTimeUtc(StoreFile);
                    server.Ask();
                    await WrittenAsync(server, before, cancel);
                    break;
                case KillMoment.Checkpointing:
                    await WrittenAsync(server, File.GetLastWriteTimeUtc(StoreFile), cancel);
                    break;
                default:
                    await Task.Delay(_random.Next(20, 1200), cancel);
                    break;
            }
        }

        if (server.HasExited)
        {
            _report.StoppedBefore++;
            return false;
        }

        server.Kill();
        _report.Kills[moment] = _report.Kills.GetValueOrDefault(moment) + 1;
        return true;
    }

    private async Task ReadyAsync(CrashServer server, CancellationToken cancel)
    {
        _lastStart = await server.ReadyAsync(cancel);
        _report.Starts.Add(_lastStart);
        _report.StartCosts.Add(server.ProcessorTime);
    }

    /// <summary>Waits until the store's file is written to, which only a checkpoint does, and some milliseconds more.</summary>
    private async Task WrittenAsync(CrashServer server, DateTime before, CancellationToken cancel)
    {
        while (!server.HasExited && File.GetLastWriteTimeUtc(StoreFile) == before)
        {
            await Task.Delay(1, cancel);
        }

        await Task.Delay(_random.Next(12), cancel);
    }

    private void Audit()
    {
        var stored = StoredEvents.Read(_data, _project);
        _report.Faults.AddRange(new StoreAudit(stored, _ledger).Run());
        _report.Stored = stored.Events.Count;
        _report.Duplicates = stored.Drops.GetValueOrDefault(DropReason.Duplicate);
        _report.Sent = _ledger.Requests.Where(request => request.Fate != Fate.NotSent).Sum(request => (long)request.Events.Count);
        _report.Acknowledged = _ledger.Requests.Where(request => request.Fate == Fate.Acknowledged).Sum(request => (long)request.Events.Count);
    }
}
