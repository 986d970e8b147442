using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Sightline.Benchmarks;

/// <summary>
/// Durable, acknowledged HTTP ingest of single events beside an empty Kestrel endpoint that reads the same body, in turns in one run:
/// the ratio holds on any machine, the absolute figures only on this one. Load generator and server share the processors.
/// Arguments: seconds of a round (4), rounds (3), then the numbers of connections (8 64 256).
/// </summary>
internal static class IngestBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 4;
        var rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3;
        int[] levels = args.Length > 2 ? [.. args[2..].Select(text => int.Parse(text, CultureInfo.InvariantCulture))] : [8, 64, 256];
        using var server = await ServerProcess.StartAsync();
        using var empty = EmptyEndpointProcess(out var emptyPort);
        var (_, key) = server.AddProject();
        await Task.Delay(1000);

        // Both sides compiled as far as they will be, which takes the server ten seconds under load: what is compared is what runs for months.
        await HttpLoad.RunAsync(emptyPort, 64, TimeSpan.FromSeconds(8), Requests("/empty", key));
        await HttpLoad.RunAsync(server.Port, 64, TimeSpan.FromSeconds(15), Requests("/api/event", key));
        await server.DrainAsync();

        Console.WriteLine(
            "connections |  empty req/s   p99 ms    µs | durable req/s   p50 ms   p99 ms   max ms    µs  bytes  pauses  a sync  behind s | ratio (medians of {0} rounds of {1} s; µs and bytes: the server's processor time and allocations a request)",
            rounds, seconds);
        foreach (var connections in levels)
        {
            var plain = new List<HttpLoad.Outcome>();
            var durable = new List<HttpLoad.Outcome>();
            TimeSpan plainTime = default, durableTime = default, behind = default;
            var syncs = -await server.MetricAsync("sightline_log_syncs_total");
            var allocated = -await server.MetricAsync("sightline_process_allocated_bytes_total");
            var pauses = -await server.MetricAsync("sightline_process_gc_pause_seconds_total");
            for (var round = 0; round < rounds; round++)
            {
                plainTime -= ProcessorTime(empty);
                plain.Add(await HttpLoad.RunAsync(emptyPort, connections, TimeSpan.FromSeconds(seconds), Requests("/empty", key)));
                plainTime += ProcessorTime(empty);
                durableTime -= server.ProcessorTime();
                durable.Add(await HttpLoad.RunAsync(server.Port, connections, TimeSpan.FromSeconds(seconds), Requests("/api/event", key)));
                durableTime += server.ProcessorTime();
                var clock = Stopwatch.StartNew();
                await server.DrainAsync();
                behind += clock.Elapsed;
            }

            syncs += await server.MetricAsync("sightline_log_syncs_total");
            allocated += await server.MetricAsync("sightline_process_allocated_bytes_total");
            pauses += await server.MetricAsync("sightline_process_gc_pause_seconds_total");
            var requests = durable.Sum(outcome => outcome.Requests);
            // A round is a fifth longer than what is counted of it.
            var share = pauses / (seconds * rounds * 1.2);
            var a = Median(plain);
            var b = Median(durable);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{connections,11} | {a.PerSecond,12:F0} {a.P99Ms,8:F1} {Each(plainTime, plain),5:F1} | {b.PerSecond,13:F0} {b.P50Ms,8:F1} {b.P99Ms,8:F1} {b.MaxMs,8:F1} {Each(durableTime, durable),5:F1} {allocated / requests,6:F0} {share,7:P1} {requests / syncs,7:F1} {behind.TotalSeconds / rounds,9:F2} | {b.PerSecond / a.PerSecond:P0}"));
            if (durable.Sum(outcome => outcome.Failures) is var failures && failures > 0)
            {
                Console.WriteLine($"{failures} requests were not accepted: {durable.First(outcome => outcome.Failures > 0).FirstFailure}");
                return 1;
            }
        }

        empty.Kill();
        return 0;
    }

    /// <summary>The other side of the comparison: reads the body, answers 202.</summary>
    public static async Task<int> RunEmptyEndpointAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture));
        });
        var app = builder.Build();
        app.MapPost("/empty", async context =>
        {
            while (true)
            {
                var read = await context.Request.BodyReader.ReadAsync();
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }

            context.Response.StatusCode = 202;
        });
        await app.RunAsync();
        return 0;
    }

    /// <summary>Events of about 400 bytes, as the tracker sends them: 5,000 visitors on 300 pages.</summary>
    public static Func<int, long, byte[]> Requests(string path, string key) => (connection, n) =>
    {
        var visitor = ((connection * 7919L) + n) % 5000;
        return HttpLoad.Post(path, Encoding.UTF8.GetBytes(
            $$$"""{"key":"{{{key}}}","name":"pageview","url":"https://shop.example/products/{{{n % 300}}}?utm_source=newsletter&utm_medium=email&utm_campaign=autumn","referrer":"https://www.google.com/","title":"Product {{{n % 300}}} in the autumn sale, with a title of an ordinary length","screen":"1920x1080","visitor_id":"visitor-{{{visitor}}}","props":{"plan":"pro","items":{{{n % 7}}},"variant":"b"}}"""));
    };

    private static TimeSpan ProcessorTime(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    private static double Each(TimeSpan processor, List<HttpLoad.Outcome> outcomes) => processor.TotalMicroseconds / outcomes.Sum(outcome => outcome.Requests);

    private static HttpLoad.Outcome Median(List<HttpLoad.Outcome> outcomes) => outcomes.OrderBy(outcome => outcome.PerSecond).ElementAt(outcomes.Count / 2);

    private static Process EmptyEndpointProcess(out int port)
    {
        port = ServerProcess.FreePort();
        return Process.Start(Environment.ProcessPath!, ["empty-endpoint", port.ToString(CultureInfo.InvariantCulture)]);
    }
}
