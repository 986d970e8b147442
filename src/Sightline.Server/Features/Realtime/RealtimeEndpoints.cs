using System.Globalization;
using System.Text;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Realtime;

/// <summary><c>/projects/{id}/realtime</c>, and <c>/api/v1/projects/{id}/live</c>: the same as server-sent events.</summary>
internal static class RealtimeEndpoints
{
    private const int MostListeners = 1000;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PageAge = TimeSpan.FromSeconds(1);

    public static IServiceCollection AddRealtime(this IServiceCollection services) => services
        .AddSingleton<RealtimeService>().AddSingleton<RealtimeFeeds>().AddHostedService(provider => provider.GetRequiredService<RealtimeFeeds>());

    public static void MapRealtime(this IEndpointRouteBuilder app)
    {
        var (read, _) = app.ForProjects(Right.EditReports);
        read.MapGet("/projects/{id}/realtime", ShowAsync);
        read.MapGet("/api/v1/projects/{id}/live", StreamAsync).EndWithRight();
    }

    private static async Task<IResult> ShowAsync(string id, HttpContext context, ProjectGate gate, RealtimeFeeds feeds, CancellationToken cancellationToken)
    {
        if (gate.Find(context, id, out var project) is { } refusal)
        {
            return refusal;
        }

        return await OverviewEndpoints.AnswerAsync(context, project.Id, async () => PageResult.Page<RealtimePage>(context, new()
        {
            [nameof(RealtimePage.Project)] = project,
            [nameof(RealtimePage.Moment)] = await feeds.Of(project).LatestAsync(PageAge, cancellationToken),
        }));
    }

    private static async Task StreamAsync(string id, HttpContext context, ProjectGate gate, RealtimeFeeds feeds, IHostApplicationLifetime lifetime)
    {
        if (gate.FindForApi(context, id, out var project) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        var feed = feeds.Of(project);
        if (feed.Join() > MostListeners)
        {
            feed.Leave();
            context.Response.Headers.RetryAfter = "10";
            await Results.Json(new { error = "busy", message = "Too many listen to this project already." }, statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await WriteAsync(context, feed, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The listener has gone, or the server is about to: the listener comes back by itself.
        }
        finally
        {
            feed.Leave();
        }
    }

    private static async Task WriteAsync(HttpContext context, ProjectFeed feed, CancellationToken ended)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // nginx would keep events back until its buffer is full.
        response.Headers["X-Accel-Buffering"] = "no";
        var shown = ShownEvents.Parse(context.Request.Headers["Last-Event-ID"].ToString());
        await response.WriteAsync("retry: 2000\n\n", ended);
        LiveMoment? moment = await feed.LatestAsync(PageAge, ended);
        long version = 0;
        while (true)
        {
            if (moment is null)
            {
                await response.WriteAsync(": nothing new\n\n", ended);
            }
            else
            {
                version = moment.Version;
                IReadOnlyList<MomentEvent> fresh = [.. moment.Events.Where(e => !shown.Contains(e.Key))];
                shown = ShownEvents.Of(moment.Events.Select(e => e.Key));
                await response.WriteAsync($"id: {shown}\nevent: tick\ndata: {Tick(moment, fresh)}\n\n", Encoding.UTF8, ended);
            }

            await response.Body.FlushAsync(ended);
            moment = await feed.NextAsync(version, Heartbeat, ended);
        }
    }

    internal static string Tick(LiveMoment moment, IReadOnlyList<MomentEvent> events) => JsonSerializer.Serialize(new
    {
        visitors = moment.Visitors,
        views = moment.Views,
        minutes = moment.Minutes.Select(m => new { label = m.Label, visitors = m.Visitors }),
        pages = Rows(moment.Pages),
        sources = Rows(moment.Sources),
        places = Rows(moment.Places),
        events = events.Select(e => new { id = e.Id, time = e.Time, text = e.Text, from = e.From, href = e.Href }),
    });

    private static IEnumerable<object> Rows(IReadOnlyList<BarRow> rows) =>
        rows.Select(row => new { label = row.Label, value = long.Parse(row.Cells[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture), href = row.Href });
}
