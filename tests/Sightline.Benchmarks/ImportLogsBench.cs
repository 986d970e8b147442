using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sightline.Core.Model;
using Sightline.Server;
using Sightline.Server.Import;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>sightline import logs</c> into a running server, from the first line read until the store has the last: two combined logs, one made of
/// what a real site's log is made of (more than half static files, a fifth bots, a fifth page views), one of nothing but page views of people. The importer is this
/// process, the server another; options are the defaults.
/// </summary>
internal static class ImportLogsBench
{
    private static readonly string[] Browsers =
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15",
        "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    ];

    private static readonly string[] Bots =
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "curl/8.14.1",
    ];

    private static readonly string[] Referrers = ["-", "https://www.google.com/", "https://www.bing.com/", "https://news.ycombinator.com/", "-"];

    public static async Task<int> RunAsync(string[] args)
    {
        var at = Array.IndexOf(args, "--lines");
        var lines = at < 0 ? 1_000_000 : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
        using var server = await ServerProcess.StartAsync();
        await MeasureAsync(server, "warm-up", lines / 20, onlyPages: false);
        if (!args.Contains("--only-pages"))
        {
            await MeasureAsync(server, "a site's log: pages, static files, bots, errors", lines, onlyPages: false);
        }

        await MeasureAsync(server, "nothing but page views", lines, onlyPages: true);
        return 0;
    }

    private static async Task MeasureAsync(ServerProcess server, string what, int lines, bool onlyPages)
    {
        var path = Path.GetTempFileName();
        try
        {
            Generate(path, lines, onlyPages);
            var project = uint.Parse(server.AddProject().Id, CultureInfo.InvariantCulture);
            var http = ControlSocket.TryConnect(server.Data) ?? throw new InvalidOperationException("the server does not listen on its socket");
            var (serverBefore, clientBefore) = (server.ProcessorTime(), ProcessorTime());
            var stagesBefore = await StagesAsync(server);
            var started = Stopwatch.GetTimestamp();
            await using var target = new ControlTarget(http, TimeProvider.System);
            var report = await new Importer(target, TimeProvider.System, () => Stream.Null)
                .RunAsync(new ImportRequest { Project = project, Files = [path] }, CancellationToken.None);
            var took = Stopwatch.GetElapsedTime(started);
            var (serverTook, clientTook) = (server.ProcessorTime() - serverBefore, ProcessorTime() - clientBefore);
            if (report.Counts.Received != lines || report.Counts.Received != report.Counts.Stored + report.Counts.Drops.Values.Sum())
            {
                throw new InvalidOperationException($"{lines} lines, but {report.Counts.Received} received and {report.Counts.Stored} stored");
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{what}: {lines:N0} lines, {new FileInfo(path).Length / 1e6:F0} MB, {report.Counts.Stored:N0} stored, {string.Join(", ", report.Counts.Drops.OrderByDescending(drop => drop.Value).Select(drop => $"{drop.Key} {drop.Value:N0}"))}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"    {took.TotalSeconds:F2} s, {lines / took.TotalSeconds:N0} lines/s; CPU a line: importer {clientTook.TotalMicroseconds / lines:F2} us, server {serverTook.TotalMicroseconds / lines:F2} us"));
            var stages = await StagesAsync(server);
            Console.WriteLine("    server, seconds of reading and enriching, and of writing beside it: " + string.Join(", ", stages
                .Select(stage => (stage.Key, Took: stage.Value - stagesBefore.GetValueOrDefault(stage.Key)))
                .Where(stage => stage.Took >= 0.05)
                .OrderByDescending(stage => stage.Took)
                .Select(stage => string.Create(CultureInfo.InvariantCulture, $"{stage.Key} {stage.Took:F2}"))));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static TimeSpan ProcessorTime()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    /// <summary>What the feeder says of itself: all of its time, and each step of enrichment.</summary>
    private static async Task<Dictionary<string, double>> StagesAsync(ServerProcess server)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync($"http://127.0.0.1:{server.Port}/metrics");
        return text.Split('\n')
            .Where(line => line.StartsWith("sightline_store_busy_seconds_total ", StringComparison.Ordinal) || line.StartsWith("sightline_enrich_seconds_total{", StringComparison.Ordinal))
            .Select(line => line.Split(' '))
            .ToDictionary(part => part[0].StartsWith("sightline_store", StringComparison.Ordinal) ? "all" : part[0].Split('"')[1], part => double.Parse(part[1], CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Like the log of a site with some hundred visits at a time: who comes reads a few pages, a page brings its static files on the first
    /// view, bots read pages and nothing else.
    /// </summary>
    private static void Generate(string path, int lines, bool onlyPages)
    {
        var random = new Random(20261122);
        var start = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        using var output = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        var visitors = Enumerable.Range(0, 300).Select(_ => new Visitor(random)).ToArray();
        var stamp = "";
        var second = -1;
        for (var line = 0; line < lines; line++)
        {
            if (line / 20 != second)
            {
                second = line / 20;
                stamp = start.AddSeconds(second).ToString("dd/MMM/yyyy:HH:mm:ss", CultureInfo.InvariantCulture);
            }

            ref var visitor = ref visitors[random.Next(visitors.Length)];
            if (visitor.IsDone)
            {
                visitor = new Visitor(random);
            }

            var (target, status, referrer) = visitor.Next(random, onlyPages);
            var agent = visitor.IsBot && !onlyPages ? Bots[visitor.Agent % Bots.Length] : Browsers[visitor.Agent % Browsers.Length];
            output.Write($"{visitor.Address} - - [{stamp} +0000] \"GET {target} HTTP/1.1\" {status} {random.Next(50_000)} \"{referrer}\" \"{agent}\"\n");
        }
    }

    private struct Visitor(Random random)
    {
        private int _page = -1;
        private int _files;

        public readonly string Address { get; } = $"{random.Next(1, 224)}.{random.Next(256)}.{random.Next(256)}.{random.Next(1, 255)}";

        public readonly int Agent { get; } = random.Next(1000);

        public readonly bool IsBot { get; } = random.Next(2) == 0;

        public int Left { get; private set; } = 1 + (int)(10 * Math.Pow(random.NextDouble(), 2));

        public readonly bool IsDone => Left == 0 && _files == 0;

        public (string Target, int Status, string Referrer) Next(Random random, bool onlyPages)
        {
            if (_files > 0)
            {
                _files--;
                return ($"/assets/theme/{(_files % 2 == 0 ? "style" : "photo")}-{(_page * 7 % 90) + _files}.{(_files % 2 == 0 ? "css" : "jpg")}?v=17", random.Next(6) == 0 ? 304 : 200, Url(_page));
            }

            var referrer = _page < 0 ? Referrers[Agent % Referrers.Length] : Url(_page);
            Left--;
            _page = (int)(1000 * Math.Pow(random.NextDouble(), 3));
            _files = onlyPages || IsBot ? 0 : random.Next(6);
            var status = onlyPages ? 200 : random.Next(20) switch { 0 => 301, 1 => 404, _ => 200 };
            return ($"/shop/category-{_page % 17}/product-{_page}?sort=price", status, referrer);
        }

        private static string Url(int page) => $"https://www.example.com/shop/category-{page % 17}/product-{page}";
    }
}
