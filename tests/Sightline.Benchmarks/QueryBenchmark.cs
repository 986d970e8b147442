using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Server.Query;
using Sightline.Store;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>query [--events N] [--keep DIR] [--panel NAME]</c>: what each panel of a dashboard costs over N events of 30 days (90 days from 20 million on): cold (file dropped from the page
/// cache, engine freshly opened), warm (no result cache; wall time, and processor time of all threads,
/// which a busy machine changes less), cached. With --keep the data stay in DIR and are taken from there the next time.
/// </summary>
internal static partial class QueryBenchmark
{
    private const int WarmRuns = 7;
    private const int DontNeed = 4;

    public static readonly (string Name, string Query)[] Panels =
    [
        ("time series", """ "metrics":["visitors","visits","page_views","bounce_rate"],"dimensions":["time:day"] """),
        ("totals", """ "metrics":["visitors","visits","page_views","views_per_visit","bounce_rate","visit_duration"] """),
        ("top pages", """ "metrics":["visitors","page_views"],"dimensions":["page:path"] """),
        ("entry pages", """ "metrics":["visitors","visits","bounce_rate"],"dimensions":["visit:entry_page"] """),
        ("exit pages", """ "metrics":["visitors","visits"],"dimensions":["visit:exit_page"] """),
        ("sources", """ "metrics":["visitors","bounce_rate"],"dimensions":["visit:source"] """),
        ("countries", """ "metrics":["visitors"],"dimensions":["visit:country"] """),
        ("devices", """ "metrics":["visitors"],"dimensions":["visit:device"] """),
        ("events", """ "metrics":["visitors","events"],"dimensions":["event:name"] """),
        ("page views by page", """ "metrics":["page_views"],"dimensions":["page:path"] """),
        ("pages, one country", """ "metrics":["visitors","page_views"],"dimensions":["page:path"],"filters":["is","visit:country",["c3"]] """),
        ("series, one page", """ "metrics":["visitors","page_views"],"dimensions":["time:day"],"filters":["is","page:path",["/p7"]] """),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var options = BenchmarkOptions.Parse(args, "--events", "--keep", "--panel");
        var events = long.Parse(options.GetValueOrDefault("--events", "1000000"), CultureInfo.InvariantCulture);
        var days = events >= 20_000_000 ? 90 : 30;
        FixedTime time = new(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        var kept = options.GetValueOrDefault("--keep");
        var directory = kept is null ? Directory.CreateTempSubdirectory("sightline-query-bench-").FullName : Path.Combine(kept, $"events-{events}");
        try
        {
            var began = Stopwatch.GetTimestamp();
            if (!Directory.Exists(Path.Combine(directory, "store")))
            {
                using var store = EventStore.Open(directory, new(), time);
                QueryBenchmarkData.Fill(store, events, days, time.GetUtcNow().ToUnixTimeMilliseconds());
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{events:N0} events, {days} days, filled in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
            Console.WriteLine($"{"panel",-22}{"cold ms",10}{"warm p50",10}{"warm p95",10}{"cpu p50",10}{"cached",10}");
            foreach (var (name, query) in Panels.Where(panel => panel.Name.Contains(options.GetValueOrDefault("--panel", ""), StringComparison.Ordinal)))
            {
                await PanelAsync(name, Query(query, days), directory, time).ConfigureAwait(false);
            }
            return 0;
        }
        finally
        {
            if (kept is null)
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private static async Task PanelAsync(string name, StatsQuery query, string directory, TimeProvider time)
    {
        DropPageCache(Path.Combine(directory, "store", "main.duckdb"));
        Project project = new() { Id = 1, Name = "Shop", PublicKey = "0123456789abcdef", TimeZone = "Europe/Berlin" };
        using var store = EventStore.Open(directory, new(), time);
        using QueryService uncached = new(store, new() { CacheBytes = 0 }, (_, _) => null, time);
        var cold = await MeasureAsync(uncached, query, project).ConfigureAwait(false);
        List<double> warm = [];
        List<double> processor = [];
        for (var i = 0; i < WarmRuns; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            warm.Add(await MeasureAsync(uncached, query, project).ConfigureAwait(false));
            processor.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }
        warm.Sort();
        processor.Sort();
        using QueryService cached = new(store, new(), (_, _) => null, time);
        await MeasureAsync(cached, query, project).ConfigureAwait(false);
        var again = await MeasureAsync(cached, query, project).ConfigureAwait(false);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-22}{cold,10:0.0}{warm[WarmRuns / 2],10:0.0}{warm[^1],10:0.0}{processor[WarmRuns / 2],10:0.0}{again,10:0.00}"));
    }

    private static async Task<double> MeasureAsync(QueryService service, StatsQuery query, Project project)
    {
        var began = Stopwatch.GetTimestamp();
        await service.AskAsync(query, project, CancellationToken.None).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    public static StatsQuery Query(string parts, int days) =>
        StatsQueryParser.Parse(Encoding.UTF8.GetBytes($$"""{"project":1,"range":"{{days}}d",{{parts}}}"""));

    private static void DropPageCache(string file)
    {
        using var handle = File.OpenHandle(file);
        if (posix_fadvise((int)handle.DangerousGetHandle(), 0, 0, DontNeed) != 0)
        {
            throw new IOException($"the page cache of {file} cannot be dropped");
        }
    }

    [LibraryImport("libc")]
    private static partial int posix_fadvise(int file, long offset, long length, int advice);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
