using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Server.Receive;
using Sightline.Server.Receive.EventApi;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Tracker;

/// <summary>The event API on real sockets with real settings, gate and log, and nothing behind the log: what was taken is read back from it.</summary>
internal sealed class EventApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _directory;
    private readonly DurableLog _log;

    private EventApiServer(int eventsPerSecond, long minFreeDiskBytes)
    {
        _directory = Directory.CreateTempSubdirectory("sightline-event-api-");
        var settings = SettingsDb.Open(_directory.FullName, Time);
        var projects = new ProjectStore(settings, Time);
        Project = projects.Add("Shop", new ProjectChange { EventsPerSecond = eventsPerSecond });
        Other = projects.Add("Other", new ProjectChange());
        _log = DurableLog.Open(new LogOptions { Directory = Path.Combine(_directory.FullName, "log"), MinFreeDiskBytes = minFreeDiskBytes }, Time);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<ProjectDirectory>();
        builder.Services.AddSingleton(_log);
        builder.Services.AddSingleton(Counters);
        builder.Services.AddSingleton(new ClientAddress([ClientAddress.Parse("127.0.0.1")]));
        builder.Services.AddSingleton<Gate>();
        _app = builder.Build();
        EventApiEndpoint.Map(_app);
        _app.MapTracker();
    }

    /// <summary>Stands still at 2026-11-22T10:00:00Z.</summary>
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    public Project Project { get; }

    public Project Other { get; }

    public IngestCounters Counters { get; } = new();

    public Gate Gate => _app.Services.GetRequiredService<Gate>();

    public string Origin => _app.Urls.Single();

    public Uri Url => new(Origin + "/api/event");

    public HttpClient Client { get; } = new();

    public static async Task<EventApiServer> StartAsync(int eventsPerSecond = 0, long minFreeDiskBytes = 0)
    {
        var server = new EventApiServer(eventsPerSecond, minFreeDiskBytes);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Everything in the log, in order.</summary>
    public List<(uint Project, EventBatch Batch)> Stored()
    {
        var found = new List<(uint, EventBatch)>();
        using var reader = _log.OpenReader(LogPosition.Start);
        while (reader.TryRead(out var record))
        {
            Assert.Equal(RecordKind.Events, record.Kind);
            found.Add((record.Project, EventBatchCodec.Read(record.Payload.Span)));
        }

        return found;
    }

    /// <summary>Until so many events are in the log; beacons have nobody who could wait for their answer.</summary>
    public async Task<IncomingEvent[]> StoredEventsAsync(int count)
    {
        for (var tries = 0; tries < 500 && Counters.AcceptedBy(ReceivedBy.EventApi) < count; tries++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return [.. Stored().SelectMany(record => record.Batch.Events)];
    }

    public async Task<(int Status, string Body, HttpResponseMessage Answer)> PostAsync(string body, Action<HttpRequestMessage>? prepare = null) =>
        await PostAsync(new StringContent(body.Replace("KEY", Project.PublicKey, StringComparison.Ordinal)), prepare);

    public async Task<(int Status, string Body, HttpResponseMessage Answer)> PostAsync(HttpContent content, Action<HttpRequestMessage>? prepare = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = content };
        prepare?.Invoke(request);
        var answer = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await _log.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
