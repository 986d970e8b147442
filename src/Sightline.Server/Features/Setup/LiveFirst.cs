using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Server.Features.Setup;

/// <summary>Server-sent events for the page that waits: what has come so far, told when it changes, until the first event is stored.</summary>
internal sealed class LiveFirst(FirstEvents first, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private const int MostListeners = 64;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private int _listeners;

    public async Task SendAsync(HttpContext context, Project project)
    {
        if (Interlocked.Increment(ref _listeners) > MostListeners)
        {
            Interlocked.Decrement(ref _listeners);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "60";
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            // nginx keeps answers back until they are whole, unless told not to.
            context.Response.Headers["X-Accel-Buffering"] = "no";
            await FollowAsync(context.Response, project, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The person, or the server, went away.
        }
        finally
        {
            Interlocked.Decrement(ref _listeners);
        }
    }

    private async Task FollowAsync(HttpResponse response, Project project, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var told = "";
        while (time.GetElapsedTime(began) < Longest)
        {
            var arrivals = first.Of(project);
            var text = JsonSerializer.Serialize(arrivals, Json);
            if (text != told)
            {
                await response.WriteAsync($"event: {(arrivals.Stored > 0 ? "first" : "waiting")}\ndata: {text}\n\n", stop);
                await response.Body.FlushAsync(stop);
                told = text;
            }

            if (arrivals.Stored > 0)
            {
                return;
            }

            await Task.Delay(Every, time, stop);
        }
    }
}
