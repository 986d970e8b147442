using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Server;
using Sightline.Server.Features.Imports;
using Sightline.Server.Import;
using Sightline.Server.Receive;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Import;

/// <summary>
/// A real gate, log and store behind a real control socket. Between log and store every event is taken as it is, so that what a test
/// sees is the import's doing.
/// </summary>
internal sealed class ImportServer : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sl-imp-");
    private readonly CancellationTokenSource _stop = new();
    private readonly DurableLog _log;
    private readonly EventStore _store;
    private readonly ProjectDirectory _projects;
    private readonly WebApplication _app;
    private readonly Task _pump;

    private ImportServer(TimeProvider clock)
    {
        var settings = SettingsDb.Open(_directory.FullName, TimeProvider.System);
        Project = new ProjectStore(settings, TimeProvider.System).Add("Shop").Id;
        _projects = new ProjectDirectory(settings, TimeProvider.System);
        _log = DurableLog.Open(new LogOptions { Directory = Path.Combine(_directory.FullName, "log") }, TimeProvider.System);
        _store = EventStore.Open(_directory.FullName, new EventStoreOptions(), TimeProvider.System);
        Desk = new ImportDesk(new Gate(_log, _projects, new IngestCounters(), TimeProvider.System), _log, _store, clock);
        _pump = Task.Run(PumpAsync);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => ControlSocket.Listen(kestrel, _directory.FullName));
        builder.Services.AddSingleton(Desk);
        builder.Services.AddSingleton(new CommandLineImports(new ImportJobStore(settings, TimeProvider.System), Desk, TimeProvider.System));
        _app = builder.Build();
        _app.MapImports();
    }

    public uint Project { get; }

    public ImportDesk Desk { get; }

    public static async Task<ImportServer> StartAsync(TimeProvider clock)
    {
        var server = new ImportServer(clock);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public string Write(string name, string content)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    public ControlTarget Connect() => new(ControlSocket.TryConnect(_directory.FullName)!, TimeProvider.System);

    public async Task<ImportReport> ImportAsync(params string[] files)
    {
        await using var target = Connect();
        var request = new ImportRequest { Project = Project, Files = files, SliceLines = 50 };
        return await new Importer(target, TimeProvider.System, () => Stream.Null).RunAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _stop.CancelAsync();
        await _pump;
        await _log.DisposeAsync();
        _store.Dispose();
        _projects.Dispose();
        _stop.Dispose();
        _directory.Delete(recursive: true);
    }

    private async Task PumpAsync()
    {
        using var writer = _store.CreateWriter();
        using var reader = _log.OpenReader(writer.Position);
        while (!_stop.IsCancellationRequested)
        {
            if (reader.TryRead(out var record))
            {
                writer.Write(Take(record));
                continue;
            }

            try
            {
                await _log.WaitForDataAsync(reader.Position, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static StoreBatch Take(in LogRecord record)
    {
        var batch = EventBatchCodec.Read(record.Payload.Span);
        var taken = new StoreBatch { UpTo = record.End };
        var received = batch.Events.Count;
        foreach (var drop in batch.Drops)
        {
            received += (int)drop.Count;
            taken.Drops.Add(new Drop(record.Project, batch.ReceivedMs, batch.ReceivedBy, drop.Reason, drop.Count, drop.Sample));
        }

        taken.Received.Add(new ReceivedCount(record.Project, batch.ReceivedMs, batch.ReceivedBy, (uint)received));
        taken.Imports.Add((record.Project, batch.Progress!));
        foreach (var item in batch.Events)
        {
            taken.Events.Add(new Event
            {
                Project = record.Project,
                ReceivedBy = batch.ReceivedBy,
                TimeMs = item.TimeMs!.Value,
                Kind = item.Kind,
                Name = item.Name,
                Path = item.Url!,
                Visitor = 7,
                Visit = new VisitContext(),
            });
        }

        return taken;
    }
}
