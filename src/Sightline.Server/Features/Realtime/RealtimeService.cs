using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;
using Sightline.Store;

namespace Sightline.Server.Features.Realtime;

/// <summary>Looks at what is going on: numbers from the query engine, the latest events from the store. Nothing is kept, so a restart forgets nothing.</summary>
internal sealed class RealtimeService(StatsAsk stats, EventStore store, TimeProvider time)
{
    private const int NowMinutes = 5;
    private const int FeedMinutes = 30;
    private const int Rows = 8;
    private const int MostEvents = 50;

    public async Task<LiveMoment> LookAsync(Project project, long version, CancellationToken cancellationToken)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        ZoneCalendar.TryFind(project.TimeZone, out var calendar);
        JsonArray lately = [Instant(nowMs - (NowMinutes * 60_000)), Instant(nowMs + 1)];
        var now = AskAsync(project, ["visitors", "page_views"], null, lately, cancellationToken);
        var minutes = AskAsync(project, ["visitors"], "time:minute", "realtime", cancellationToken);
        var pages = AskAsync(project, ["visitors"], "page:path", "realtime", cancellationToken);
        var sources = AskAsync(project, ["visitors"], "visit:source", "realtime", cancellationToken);
        var places = AskAsync(project, ["visitors"], "visit:country", "realtime", cancellationToken);
        var events = await Task.Run(() => store.Latest(project.Id, nowMs - (FeedMinutes * 60_000), MostEvents), cancellationToken);
        return new LiveMoment(
            version,
            Whole((await now).Number(0, 0)),
            Whole((await now).Number(0, 1)),
            [.. (await minutes).Rows.Select(row => new MomentMinute(Format.Bucket(row.Dimensions[0] ?? "", "minute"), Whole(row.Number(0))))],
            Bars(project, "page:path", await pages),
            Bars(project, "visit:source", await sources),
            Bars(project, "visit:country", await places),
            [.. events.Select(e => EventOf(project, e, calendar))]);
    }

    private Task<StatsTable> AskAsync(Project project, string[] metrics, string? dimension, JsonNode range, CancellationToken cancellationToken)
    {
        var query = new JsonObject
        {
            ["project"] = project.Id,
            ["metrics"] = new JsonArray([.. metrics.Select(m => (JsonNode)m)]),
            ["dimensions"] = dimension is null ? [] : new JsonArray(dimension),
            ["range"] = range,
        };
        if (dimension is not (null or "time:minute"))
        {
            query["limit"] = Rows;
        }

        return stats.AskAsync(JsonSerializer.SerializeToUtf8Bytes(query), cancellationToken);
    }

    private static List<BarRow> Bars(Project project, string dimension, StatsTable answer)
    {
        var most = answer.Rows.Select(row => row.Number(0) ?? 0).DefaultIfEmpty().Max();
        return [.. answer.Rows.Select(row => new BarRow(
            DimensionNames.Value(dimension, row.Dimensions[0]),
            most > 0 ? (row.Number(0) ?? 0) / most : 0,
            [Whole(row.Number(0)).ToString("#,0", CultureInfo.InvariantCulture)],
            View(project).With(OverviewFilter.Is(dimension, row.Dimensions[0])).Url))];
    }

    private static MomentEvent EventOf(Project project, StoredEvent e, ZoneCalendar calendar)
    {
        var local = DateTimeOffset.FromUnixTimeMilliseconds(e.TimeMs + calendar.OffsetMs(e.TimeMs));
        var isView = e.Kind == EventKind.PageView;
        var from = new[] { e.City.Length > 0 ? e.City : e.Country.Length > 0 ? CountryNames.Of(e.Country) : "", e.Source.Length > 0 ? e.Source : "Direct", e.Browser }.Where(part => part.Length > 0);
        return new MomentEvent(
            e.Key,
            local.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
            isView ? e.Path : e.Path.Length > 0 ? $"{e.Name} on {e.Path}" : e.Name,
            string.Join(" · ", from),
            View(project).With(isView ? OverviewFilter.Is("page:path", e.Path.Length > 0 ? e.Path : null) : OverviewFilter.Is("event:name", e.Name)).Url);
    }

    private static OverviewState View(Project project) => new() { Project = project.Id, Range = "realtime" };

    private static long Whole(double? value) => (long)(value ?? 0);

    private static string Instant(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
