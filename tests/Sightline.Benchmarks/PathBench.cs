using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Sightline.Benchmarks;

/// <summary>
/// The whole way over real sockets: start time and idle memory of a fresh server, batched events until they are queryable, and how fresh
/// an event is while 5,000 a second come in. Arguments: events of the batched run (default 1,000,000), seconds of the fresh run (20).
/// </summary>
internal static class PathBench
{
    private const int PerRequest = 500;
    private const int Connections = 8;

    /// <summary>After so many batches the bodies repeat: 300 pages, 20,000 visitors of seven events.</summary>
    private const int DistinctBatches = 840;

    public static async Task<int> RunAsync(string[] args)
    {
        var events = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20;
        using var server = await ServerProcess.StartAsync();
        await Task.Delay(5000);
        Say($"start to ready {server.StartTook.TotalMilliseconds:F0} ms, idle memory {server.ResidentBytes() >> 20} MiB after 5 s");

        var (id, key) = server.AddProject();
        var token = server.AddToken();
        await Task.Delay(1000);
        await BatchedAsync(server, key, events);
        await FreshAsync(server, id, key, token, seconds);
        await Task.Delay(15_000);
        var file = new DirectoryInfo(Path.Combine(server.Data, "store")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(entry => entry.Length);
        Say($"store {file >> 20} MiB, {file / (double)(events + (5000 * seconds)):F1} bytes an event; memory {server.ResidentBytes() >> 20} MiB");
        return 0;
    }

    private static async Task BatchedAsync(ServerProcess server, string key, int events)
    {
        var left = events / PerRequest;

        // Made before the clock starts: the processors are the server's then.
        var bodies = Enumerable.Range(0, Math.Min(left, DistinctBatches)).Select(batch => Batch(key, batch)).ToArray();
        var before = server.ProcessorTime();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(async () =>
        {
            using var client = new HttpClient();
            while (Interlocked.Decrement(ref left) is var turn && turn >= 0)
            {
                using var content = new ByteArrayContent(bodies[turn % bodies.Length]);
                using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{server.Port}/api/event") { Content = content };
                request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
                using var response = await client.SendAsync(request);
                response.EnsureSuccessStatusCode();
            }
        })));
        var acknowledged = clock.Elapsed;
        await server.DrainAsync();
        var processor = server.ProcessorTime() - before;
        Say($"{events:N0} events in batches of {PerRequest}: acknowledged at {events / acknowledged.TotalSeconds:N0}/s, queryable at {events / clock.Elapsed.TotalSeconds:N0}/s; {processor.TotalMilliseconds * 1000 / events:F1} µs of processor time an event");
    }

    private static async Task FreshAsync(ServerProcess server, string id, string key, string token, int seconds)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var load = Task.Run(async () =>
        {
            using var client = new HttpClient();
            var clock = Stopwatch.StartNew();
            for (var batch = 0; !stop.IsCancellationRequested; batch++)
            {
                using var content = new ByteArrayContent(Batch(key, batch));
                using var response = await client.PostAsync($"http://127.0.0.1:{server.Port}/api/event", content);
                var due = TimeSpan.FromSeconds(batch * PerRequest / 5000.0) - clock.Elapsed;
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due);
                }
            }
        });
        using var asking = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };
        asking.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        asking.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        var waits = new List<double>();
        for (var marker = 0; !stop.IsCancellationRequested; marker++)
        {
            using var sent = await asking.PostAsync("/api/event", new StringContent($$"""{"key":"{{key}}","name":"marker {{marker}}","url":"https://shop.example/"}"""));
            var clock = Stopwatch.StartNew();
            var query = $$"""{"project":{{id}},"metrics":["events"],"range":"day","filters":["is","event:name",["marker {{marker}}"]]}""";
            while (true)
            {
                using var answer = await asking.PostAsync("/api/v1/query", new StringContent(query));
                using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
                if (json.RootElement.TryGetProperty("rows", out var rows) && rows.EnumerateArray().Any(row => row.GetProperty("metrics")[0].GetDouble() > 0))
                {
                    break;
                }

                await Task.Delay(10);
            }

            waits.Add(clock.Elapsed.TotalMilliseconds);
        }

        await load;
        waits.Sort();
        Say($"beside 5,000 events/s an event is queryable after {waits[waits.Count / 2]:F0} ms (median), {waits[(int)(waits.Count * 0.99)]:F0} ms (p99), {waits[^1]:F0} ms (worst of {waits.Count})");
    }

    private static byte[] Batch(string key, int batch)
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < PerRequest; i++)
        {
            var n = (batch * PerRequest) + i;
            text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture,
                $$"""{"key":"{{key}}","name":"pageview","url":"https://shop.example/products/{{n % 300}}","referrer":"https://www.google.com/","title":"Product {{n % 300}}","screen":"1920x1080","visitor_id":"v{{n / 7 % 20_000}}"}""");
        }

        return Encoding.UTF8.GetBytes(text.Append(']').ToString());
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
