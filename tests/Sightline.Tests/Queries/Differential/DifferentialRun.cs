using System.Diagnostics;
using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Server.Query;
using Sightline.Store;
using Sightline.Store.DuckDb.Query;

namespace Sightline.Tests.Queries.Differential;

/// <summary>
/// Random sites, stored by the real writer in random batches, and random queries between the batches, each asked twice (computed, then cached) and
/// held against the naive model. At last older events are removed for their age, through the middle of a visit, late ones come, and more is asked.
/// </summary>
internal sealed class DifferentialRun(string directory, int seed)
{
    private static readonly DayOfWeek[] WeekStarts = [DayOfWeek.Monday, DayOfWeek.Sunday, DayOfWeek.Monday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    private static readonly string[] Zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"];

    // Noon after the clocks changed in Berlin, New York and Lord Howe, so that every world's nine days hold a change somewhere.
    private static readonly string[] Nows = ["2026-03-30T12:00:30Z", "2026-11-02T12:00:00Z", "2026-04-06T12:34:56Z", "2026-10-05T01:00:00Z"];

    public int Cases { get; private set; }

    public int Compared { get; private set; }

    /// <summary>Queries that the engine answers from rows of visits as far as it can.</summary>
    public int OfVisits { get; private set; }

    public int CacheHits { get; private set; }

    /// <summary>Answers put together from days in the cache and days computed anew.</summary>
    public int PartialHits { get; private set; }

    /// <summary>Times a month was settled.</summary>
    public int Settled { get; private set; }

    /// <summary>Times a settled month was left with visits that were cut since.</summary>
    public int Cut { get; private set; }

    public TimeSpan EngineTime { get; private set; }

    public TimeSpan ModelTime { get; private set; }

    /// <summary>Metrics that had a value other than nought, dimensions that had a text, operators of answered queries, and so on.</summary>
    public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);

    public async Task WorldAsync(int world, int batches, int queriesPerBatch, CancellationToken cancellation)
    {
        Random random = new(unchecked((seed * 7919) + world));
        var zone = Zones[world % Zones.Length];
        var now = DateTimeOffset.Parse(Nows[random.Next(Nows.Length)], System.Globalization.CultureInfo.InvariantCulture);
        var project = new Project
        {
            Id = 1,
            Name = "Shop",
            PublicKey = "0123456789abcdef",
            TimeZone = zone,
            WeekStart = WeekStarts[world % WeekStarts.Length],
            Goals = [new(1, "Sign up", "signup", null), new(2, "Cart", null, "/shop*"), new(3, "Percent", null, "/a%b_*"), new(4, "Sign up", "download", null)],
        };
        var segment = StatsQueryParser.Parse(Encoding.UTF8.GetBytes(
            """{"project":1,"metrics":["visits"],"range":"day","filters":["or",[["is","visit:country",["DE"]],["is","event:name",["signup"]]]]}""")).Filter!;
        FixedTime time = new(now);
        using var store = EventStore.Open(Path.Combine(directory, $"world-{world}"), new() { Threads = 2, SettleAfterDays = -40, SettleLateEvents = 1, SliceEvents = 60 }, time);
        using var writer = store.CreateWriter();
        using QueryService service = new(
            store, new() { Workers = 1 + (world % 3), DealsRows = true }, (_, id) => id == 1 ? segment : null, time);
        RandomQueries queries = new(random, now.ToUnixTimeMilliseconds());
        RandomEvents site = new(random, 1, now.ToUnixTimeMilliseconds());
        var events = site.Make(random.Next(100, 500));
        var order = events.OrderBy(e => random.Next(4) == 0 ? random.NextInt64() : e.TimeMs).ToList();
        List<Event> stored = [];
        List<string> asked = [];
        for (var b = 0; b < batches; b++)
        {
            StoreBatch batch = new() { UpTo = new(b + 1) };
            batch.Events.AddRange(order.Skip(b * order.Count / batches).Take(((b + 1) * order.Count / batches) - (b * order.Count / batches)));
            writer.Write(batch);
            stored.AddRange(batch.Events);
            Settle(store, random);
            var began = Stopwatch.GetTimestamp();
            NaiveModel model = new(project, stored);
            ModelTime += Stopwatch.GetElapsedTime(began);
            await AskAsync(model, b).ConfigureAwait(false);
        }
        var border = RandomBorder(random, new NaiveModel(project, stored));
        store.Maintenance.DeleteBefore(1, border, cancellation);
        StoreBatch late = new() { UpTo = new(batches + 1) };
        late.Events.AddRange(site.MakeLate(random.Next(40), border));
        writer.Write(late);
        stored.AddRange(late.Events);
        Settle(store, random);
        await AskAsync(new(project, stored, border), batches).ConfigureAwait(false);

        async Task AskAsync(NaiveModel model, int batch)
        {
            for (var q = 0; q < queriesPerBatch; q++)
            {
                cancellation.ThrowIfCancellationRequested();
                // Some are asked again after more was stored: the days that did not change come from the cache.
                var json = batch > 0 && q % 5 == 4 ? asked[random.Next(asked.Count)] : queries.Next(Zones[random.Next(Zones.Length)]);
                asked.Add(json);
                var place = $"seed {seed} world {world} batch {batch} query {q}: {json}";
                await CaseAsync(service, project, model, json, place, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Some worlds rest in months' files in part, some whole, some not at all; the clock of most stands within the days asked for.</summary>
    private void Settle(EventStore store, Random random)
    {
        for (var months = random.Next(3); months > 0 && store.Maintenance.Settle(static () => true) is not null; months--)
        {
            Settled++;
        }
        using var snapshot = store.OpenSnapshot(1, 0, long.MaxValue);
        Cut += snapshot.EventTables.Any(table => table.StartsWith('(')) ? 1 : 0;
    }

    /// <summary>Between two events of a visit.</summary>
    private static long RandomBorder(Random random, NaiveModel model)
    {
        var ofTime = model.Visits.Where(visit => visit.Events[^1].TimeMs > visit.Events[0].TimeMs).ToList();
        var cut = ofTime[random.Next(ofTime.Count)].Events;
        return random.NextInt64(cut[0].TimeMs, cut[^1].TimeMs) + 1;
    }

    private async Task CaseAsync(QueryService service, Project project, NaiveModel model, string json, string place, CancellationToken cancellation)
    {
        var query = StatsQueryParser.Parse(Encoding.UTF8.GetBytes(json));
        QueryResult result;
        var began = Stopwatch.GetTimestamp();
        try
        {
            result = await service.AskAsync(query, project, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{place}\n{e.Message}", e);
        }
        EngineTime += Stopwatch.GetElapsedTime(began);
        Cases++;
        PartialHits += result.Cache == CacheOutcome.Partial ? 1 : 0;
        began = Stopwatch.GetTimestamp();
        new AnswerCheck(result, model, place, Seen).Check();
        ModelTime += Stopwatch.GetElapsedTime(began);
        Seen.UnionWith(RandomQueries.Ranges.Where(range => json.Contains($"\"range\":\"{range}\"", StringComparison.Ordinal)));
        OfVisits += VisitSpans.Fit(StatsPlan.Create(result.Resolved.Query, project, result.Resolved.Range, result.Resolved.Buckets).Main) ? 1 : 0;
        Compared += result.Resolved.CompareRange is null ? 0 : 1;
        var again = await service.AskAsync(query, project, cancellation).ConfigureAwait(false);
        AnswerCheck.Require(again.Cache == CacheOutcome.Hit && ReferenceEquals(again.Answer, result.Answer), place, "asked again, the answer is another");
        CacheHits += again.Cache == CacheOutcome.Hit ? 1 : 0;
        if (result.Answer.Rows.Count > 2)
        {
            await PageAsync(service, project, query, result.Answer, place, cancellation).ConfigureAwait(false);
        }
    }

    private async Task PageAsync(QueryService service, Project project, StatsQuery query, StatsAnswer whole, string place, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var page = await service.AskAsync(query with { Offset = 1, Limit = 2 }, project, cancellation).ConfigureAwait(false);
        EngineTime += Stopwatch.GetElapsedTime(began);
        AnswerCheck.Require(page.Answer.TotalRows == whole.TotalRows && page.Answer.Rows.Count == 2, place, "a page has other counts than the whole");
        foreach (var (row, same) in page.Answer.Rows.Zip(whole.Rows.Skip(1)))
        {
            AnswerCheck.Require(
                row.Dimensions.SequenceEqual(same.Dimensions) && row.Metrics.SequenceEqual(same.Metrics)
                    && (row.Compare?.Metrics ?? []).SequenceEqual(same.Compare?.Metrics ?? []), place, "a page is not the middle of the whole");
        }
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
