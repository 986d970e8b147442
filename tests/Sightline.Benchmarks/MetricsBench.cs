using System.Globalization;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>metrics [statsd] [points] [bytes] [read] [names]</c>: npm's statsd, Debian's carbon-cache and Debian's victoria-metrics beside Sightline, each fed the
/// same bytes on the same machine in one run. Without arguments all parts, each of which takes a minute or two.
/// </summary>
internal static class MetricsBench
{
    private static readonly Dictionary<string, Func<Task>> s_parts = new(StringComparer.Ordinal)
    {
        ["statsd"] = StatsdBench.RunAsync,
        ["points"] = PointsBench.RunAsync,
        ["bytes"] = PointsBench.BytesAsync,
        ["read"] = SeriesReadBench.RunAsync,
        ["names"] = SeriesReadBench.NamesAsync,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        foreach (var part in args.Length > 0 ? args : [.. s_parts.Keys])
        {
            if (!s_parts.TryGetValue(part, out var run))
            {
                Console.Error.WriteLine($"parts: {string.Join(", ", s_parts.Keys)}");
                return 2;
            }

            await run();
        }

        return 0;
    }

    public static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    public static long Size(string directory) => new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length);
}
