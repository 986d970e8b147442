using System.Diagnostics;
using Sightline.Core.Model;
using Sightline.Server.Write.Enrich;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Benchmarks;

/// <summary>Events a second through all steps of enrichment on one thread, with a realistic mix, and what each step takes of it.</summary>
internal static class EnrichBenchmark
{
    private const int Batches = 2_000;
    private const int EventsPerBatch = 100;

    private static readonly string[] Referrers =
    [
        "", "", "", "", "https://www.google.com/", "https://www.google.de/", "https://duckduckgo.com/", "https://t.co/abc", "https://l.facebook.com/", "https://news.ycombinator.com/item?id=1",
        "https://chatgpt.com/", "https://shop.example/", "https://shop.example/cart", "https://blog.example/post/17?x=1", "https://www.bing.com/search?q=red+shoes",
    ];

    public static int Run(string[] arguments)
    {
        var directory = Directory.CreateTempSubdirectory("sightline-bench-").FullName;
        try
        {
            var started = Stopwatch.GetTimestamp();
            using var salts = new VisitorSalts(SettingsDb.Open(directory, TimeProvider.System), TimeProvider.System);
            using var enrichment = EnrichmentFactory.Create(EnrichmentTables.Load(directory, new EnrichmentOptions()), salts, TimeProvider.System);
            Console.WriteLine($"start            {Stopwatch.GetElapsedTime(started).TotalMilliseconds,10:F0} ms");
            var project = new Project { Id = 1, Name = "Shop", PublicKey = "0123456789abcdef", Domains = ["shop.example"], TimeZone = "Europe/Berlin" };
            var batches = MakeBatches();
            var memory = GC.GetTotalMemory(forceFullCollection: true);
            foreach (var batch in batches.Take(Batches / 4))
            {
                enrichment.Run(project, batch, new StoreBatch { UpTo = LogPosition.Start });
            }

            var before = enrichment.Statistics.Select(step => step.Elapsed).ToList();
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var processor = Environment.CpuUsage.TotalTime;
            var begin = Stopwatch.GetTimestamp();
            long events = 0, drops = 0;
            foreach (var batch in batches.Skip(Batches / 4))
            {
                var into = new StoreBatch { UpTo = LogPosition.Start };
                enrichment.Run(project, batch, into);
                events += into.Events.Count;
                drops += into.Drops.Count;
            }

            var elapsed = Stopwatch.GetElapsedTime(begin);
            processor = Environment.CpuUsage.TotalTime - processor;
            var total = events + drops;
            Console.WriteLine($"enriched         {total / elapsed.TotalSeconds,10:F0} events/s on one thread ({events} stored, {drops} dropped)");
            Console.WriteLine($"processor        {total / processor.TotalSeconds,10:F0} events a second of processor time, collector included: what an idle machine would give");
            Console.WriteLine($"allocated        {(GC.GetAllocatedBytesForCurrentThread() - allocated) / total,10} bytes an event");
            Console.WriteLine($"tables and caches{(GC.GetTotalMemory(forceFullCollection: true) - memory) / 1024,10} KB grown while running");
            foreach (var (step, earlier) in enrichment.Statistics.Zip(before))
            {
                Console.WriteLine($"  {step.Name,-14} {(step.Elapsed - earlier).TotalNanoseconds / total,10:F0} ns an event");
            }

            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>10,000 visitors, 300 User-Agents, 2,000 pages, one event in fifty from a bot, one in ten with a campaign.</summary>
    private static List<EventBatch> MakeBatches()
    {
        var random = new Random(1);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var agents = Enumerable.Range(0, 300).Select(i => (i % 3) switch
        {
            0 => $"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{100 + i / 3}.0.0.0 Safari/537.36",
            1 => $"Mozilla/5.0 (iPhone; CPU iPhone OS 17_{i / 30} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.{i / 20} Mobile/15E148 Safari/604.1",
            _ => $"Mozilla/5.0 (Linux; Android {8 + i / 50}; SM-G{900 + i}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{90 + i / 10}.0.0.0 Mobile Safari/537.36",
        }).ToArray();
        return [.. Enumerable.Range(0, Batches).Select(_ =>
        {
            var batch = new EventBatch { ReceivedBy = ReceivedBy.EventApi, ReceivedMs = now, Language = "de-DE,de;q=0.9" };
            for (var i = 0; i < EventsPerBatch; i++)
            {
                var visitor = random.Next(10_000);
                batch.Events.Add(new IncomingEvent
                {
                    TimeMs = now - random.Next(3_600_000),
                    Url = $"https://shop.example/products/{random.Next(2_000)}{(visitor % 10 == 0 ? $"?utm_source=newsletter&utm_medium=email&utm_campaign=c{visitor % 7}" : "")}",
                    Referrer = Referrers[random.Next(Referrers.Length)],
                    Title = "A product of the shop",
                    ClientIp = $"{20 + visitor % 60}.{visitor % 250}.{visitor / 250}.7",
                    UserAgent = random.Next(50) == 0 ? "Googlebot/2.1 (+http://www.google.com/bot.html)" : agents[visitor % agents.Length],
                    Screen = "1920x1080",
                    Props = visitor % 4 == 0 ? """{"plan":"pro","items":3}"""u8.ToArray() : null,
                });
            }

            return batch;
        })];
    }
}
