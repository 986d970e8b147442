using System.Globalization;
using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Benchmarks;

/// <summary>
/// A site of one project, made by the engine itself: visits of one to seven page views half a minute apart, four visits a visitor, pages and sources
/// by a skewed law, one event in ten an interaction.
/// </summary>
internal static class QueryBenchmarkData
{
    private const int Paths = 2000;

    public static void Fill(EventStore store, long events, int days, long nowMs)
    {
        var visits = events / 4;
        var from = nowMs - (days * 86_400_000L) + 43_200_000;
        var step = ((days * 86_400_000L) - 43_200_000 - 300_000) / visits;
        var (source, country, device, browser, name, path) = (1, 201, 261, 264, 284, 300);
        Run(store, Strings(source, 200, StringKind.Source, "s"));
        Run(store, Strings(country, 60, StringKind.Country, "c"));
        Run(store, Strings(device, 3, StringKind.Device, "d"));
        Run(store, Strings(browser, 20, StringKind.Browser, "b"));
        Run(store, Strings(name, 10, StringKind.EventName, "e"));
        Run(store, Strings(path, Paths, StringKind.Path, "/p"));
        Run(store, $"CREATE MACRO bench_skew(seed, base, n) AS (base + floor(pow((hash(seed) % 1000003) / 1000003.0, 3) * n))::UINTEGER");
        Run(store, $"CREATE MACRO bench_page(i, k) AS bench_skew(i * 8 + k, {path}, {Paths})");
        Run(store, $"CREATE TEMP TABLE bench AS SELECT i, ({from} + i * {step})::BIGINT AS t, (1 + hash(i) % 7)::INTEGER AS n, "
            + $"len(list_filter(range(1, n), k -> (i + k) % 10 = 0)) AS acted FROM range({visits}) r(i)");
        Run(store, $"""
            INSERT INTO sessions SELECT 1, i + 1, hash(i % {Math.Max(1, visits / 4)} + 1), 0, true, i >= {visits / 4}, t, t + (n - 1) * 30000, t, 1, t, 1, t + (n - 1) * 30000, 1,
                false, n - acted, acted, 0, 0, bench_page(i, 0), bench_page(i, n - 1), bench_skew(i + 7, {source}, 200), 0, 0, 0, 0, 0, 0, 0, bench_skew(i + 3, {country}, 60), 0, 0, 0,
                bench_skew(i + 5, {device}, 3), bench_skew(i + 11, {browser}, 20), 0, 0, 0, 0 FROM bench
            """);
        Run(store, $"""
            INSERT INTO events SELECT 1, t + k * 30000, i + 1, CASE WHEN k > 0 AND (i + k) % 10 = 0 THEN 2 ELSE 1 END, bench_skew(i * 8 + k, {name}, 10), 0, bench_page(i, k), 0,
                NULL, NULL, 0, 0, 255 FROM (SELECT i, t, unnest(range(n)) AS k FROM bench)
            """);
        Run(store, "DROP TABLE bench");
        Run(store, "CHECKPOINT");
    }

    private static string Strings(int first, int count, StringKind kind, string prefix) => string.Create(CultureInfo.InvariantCulture,
        $"INSERT INTO strings SELECT {first} + i, 1, {(int)kind}, hash({(int)kind} * 100000 + i), '{prefix}' || i FROM range({count}) r(i)");

    private static void Run(EventStore store, string sql) => store.WriterConnection.Execute(sql);
}
