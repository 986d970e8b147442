using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sightline.Core.Model;
using Sightline.Core.Wire.EventApi;
using Sightline.Server.Receive.EventApi;

namespace Sightline.ServerTests.Tracker;

/// <summary>Serves the tracker and remembers what it sends, request by request, as the parser reads it.</summary>
internal sealed class RecordingServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<Received> _received = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private long _clock = 1_795_341_600_000;

    private RecordingServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapTracker();
        _app.Map("/api/event", ReceiveAsync);
    }

    public string Url => _app.Urls.Single();

    /// <summary>What the event API answers; 0 cuts the connection.</summary>
    public int Status { get; set; } = 202;

    public IReadOnlyList<Received> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _received];
            }
        }
    }

    public IReadOnlyList<IncomingEvent> Events => [.. Requests.SelectMany(request => request.Events)];

    /// <summary>Kinds and addresses in order of sending, for comparison at a glance.</summary>
    public string[] Lines => [.. Events.Select(read => $"{read.Name} {read.Url}")];

    public static async Task<RecordingServer> StartAsync()
    {
        var server = new RecordingServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Waits until what has come satisfies the condition; fails with what has come instead.</summary>
    public async Task WaitForAsync(Func<IReadOnlyList<IncomingEvent>, bool> condition)
    {
        while (!condition(Events))
        {
            Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(10)), $"waited in vain; received:\n{string.Join('\n', Lines)}");
        }
    }

    public Task WaitForAsync(string name, string urlEnd) =>
        WaitForAsync(events => events.Any(read => read.Name == name && read.Url!.EndsWith(urlEnd, StringComparison.Ordinal)));

    public async Task WaitForRequestsAsync(int count)
    {
        while (Requests.Count < count)
        {
            Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(10)), $"waited in vain for {count} requests; received:\n{string.Join('\n', Lines)}");
        }
    }

    public ValueTask DisposeAsync()
    {
        _arrived.Dispose();
        return _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var batch = new EventBatch { ReceivedMs = Interlocked.Add(ref _clock, 60_000) };
        var reading = EventApiParser.Parse(body.ToArray(), batch);
        lock (_lock)
        {
            _received.Add(new Received(reading, batch, context.Request.Method, context.Request.ContentType ?? "", context.Request.Headers.Cookie.ToString(), Status));
        }

        _arrived.Release();
        if (Status == 0)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = Status;
        context.Response.Headers.AccessControlAllowOrigin = context.Request.Headers.Origin;
        context.Response.Headers.AccessControlAllowCredentials = "true";
    }

    internal sealed record Received(EventApiReading Reading, EventBatch Batch, string Method, string ContentType, string Cookie, int Answered)
    {
        public IReadOnlyList<IncomingEvent> Events => Answered == 202 ? Batch.Events : [];
    }
}
