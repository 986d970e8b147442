using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Server.Receive;
using Sightline.Server.Receive.Matomo;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Matomo;

/// <summary>The receiver on a socket, before a real gate and a real log, with one project (1) and a token that may ingest.</summary>
public sealed class MatomoServer : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sightline-matomo-");
    private WebApplication _app = null!;
    private DurableLog _log = null!;

    public Uri Address { get; private set; } = null!;

    public string Token { get; private set; } = "";

    public IngestCounters Counters => _app.Services.GetRequiredService<IngestCounters>();

    public Gate Gate => _app.Services.GetRequiredService<Gate>();

    public async ValueTask InitializeAsync()
    {
        var settings = SettingsDb.Open(_directory.FullName, TimeProvider.System);
        new ProjectStore(settings, TimeProvider.System).Add("Shop", new ProjectChange { Domains = ["shop.example.com", "*.example.org"] }, [new NewGoal("Sign-up", "signup", null)]);
        Token = new TokenStore(settings, TimeProvider.System).Add("importer", TokenScopes.Ingest, project: null).Secret;
        _log = DurableLog.Open(new LogOptions { Directory = Path.Combine(_directory.FullName, "log") }, TimeProvider.System);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(_ => settings)
            .AddSingleton<ProjectDirectory>()
            .AddSingleton(new ClientAddress([]))
            .AddSingleton(_log)
            .AddSingleton<IngestCounters>()
            .AddSingleton<Gate>()
            .AddMatomo();
        _app = builder.Build();
        _app.MapMatomo();
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
    }

    /// <summary>Everything made durable so far, in order.</summary>
    public IReadOnlyList<EventBatch> Durable()
    {
        var batches = new List<EventBatch>();
        using var reader = _log.OpenReader(LogPosition.Start);
        while (reader.TryRead(out var record))
        {
            batches.Add(EventBatchCodec.Read(record.Payload.Span));
        }

        return batches;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _log.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
