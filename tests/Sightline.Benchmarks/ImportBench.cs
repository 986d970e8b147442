using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sightline.Core.Wire.AccessLog;
using Sightline.Server.Import;

namespace Sightline.Benchmarks;

/// <summary>
/// How fast access logs are read: parsing alone (lines in memory to events), then the whole of the importer up to the log record.
/// All of the way into a server is <see cref="ImportLogsBench"/>.
/// </summary>
internal static class ImportBench
{
    private static readonly string[] Agents =
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    ];

    public static Task<int> RunAsync(string[] args)
    {
        var lines = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var path = Path.GetTempFileName();
        try
        {
            Generate(path, lines);
            var bytes = File.ReadAllBytes(path);
            Console.WriteLine($"{lines:N0} combined lines, {bytes.Length / 1e6:F0} MB, a third of them static files");
            for (var round = 0; round < 3; round++)
            {
                Report("parsing", lines, Parse(bytes));
                Report("reading, parsing, slices and their log records", lines, Slices(path));
            }
        }
        finally
        {
            File.Delete(path);
        }

        return Task.FromResult(0);
    }

    /// <summary>A log like that of a shop: few pages seen often, visitors who come back, a third static files.</summary>
    public static void Generate(string path, int lines)
    {
        var random = new Random(20261122);
        var start = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        using var output = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        for (var i = 0; i < lines; i++)
        {
            var time = start.AddSeconds(i / 20).ToString("dd/MMM/yyyy:HH:mm:ss", CultureInfo.InvariantCulture);
            var page = (int)(1000 * Math.Pow(random.NextDouble(), 3));
            var target = random.Next(3) == 0 ? $"/assets/theme/style-{page % 40}.css?v=17" : $"/shop/category-{page % 17}/product-{page}?sort=price";
            var visitor = random.Next(1 << 16);
            output.Write($"198.51.{visitor >> 8}.{visitor & 255} - - [{time} +0000] \"GET {target} HTTP/2.0\" 200 {random.Next(50_000)} ");
            output.Write($"\"https://www.example.com/shop/category-{page % 17}\" \"{Agents[visitor % Agents.Length]}\"\n");
        }
    }

    private static TimeSpan Parse(ReadOnlySpan<byte> log)
    {
        var reader = new AccessLogReader(new AccessLogOptions());
        var started = Stopwatch.GetTimestamp();
        while (!log.IsEmpty)
        {
            var end = log.IndexOf((byte)'\n');
            reader.Read(log[..end], out _, out _, out _);
            log = log[(end + 1)..];
        }

        return Stopwatch.GetElapsedTime(started);
    }

    private static TimeSpan Slices(string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var file = ImportFile.Open(path, TimeProvider.System, () => Stream.Null);
        var slices = new SliceReader(file, file.Scan(null)!, new AccessLogReader(new AccessLogOptions()), new FileReport { Name = path }, TimeProvider.System);
        var record = new System.Buffers.ArrayBufferWriter<byte>(4 << 20);
        while (slices.Next(5000) is { } slice)
        {
            record.ResetWrittenCount();
            Core.Model.EventBatchCodec.Write(slice, record);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    private static void Report(string what, int lines, TimeSpan took) =>
        Console.WriteLine($"{what,-50} {took.TotalMilliseconds,8:F0} ms  {lines / took.TotalSeconds,12:N0} lines/s");
}
