using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;
using Sightline.Store;
using Sightline.Store.Series;

namespace Sightline.Benchmarks;

/// <summary>
/// What a point costs in the store: bytes of regular counters, noisy gauges and sparse series, sorted hour by hour; and a year of some series under a schema of
/// three archives, whose old points become coarser day by day: points a second, bytes kept, and how long questions of an hour, a day, a month and a year take.
/// </summary>
internal static class SeriesStoreBench
{
    private const uint Project = 1;
    private const long Begin = 1_764_547_200;
    private const string Schema = "[all]\npattern = .\nretentions = 10s:6h,1m:30d,10m:5y";

    public static int Run(string[] args)
    {
        var series = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200;
        var yearSeries = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2;
        var directory = Directory.CreateTempSubdirectory("sightline-bench-series-").FullName;
        try
        {
            var random = new Random(1);
            Day(Path.Combine(directory, "counters"), "regular counters", series, 10, (one, step) => (one * 7) + (step % 360));
            Day(Path.Combine(directory, "gauges"), "noisy gauges", series, 10, (one, _) => Math.Round(100 + (one * 3) + (random.NextDouble() * 50), 3));
            Day(Path.Combine(directory, "sparse"), "sparse, one point in fifty", series, 500, (_, step) => random.Next(1000) + (step % 7));
            Year(Path.Combine(directory, "year"), yearSeries);
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Day(string directory, string kind, int series, int step, Func<int, long, double> value)
    {
        using var store = EventStore.Open(directory, new EventStoreOptions(), TimeProvider.System);
        using var writer = store.CreateWriter();
        var (position, points, writing, sorting) = (0L, 0L, TimeSpan.Zero, TimeSpan.Zero);
        for (var hour = 0; hour < 24; hour++)
        {
            for (var from = hour * 3600L; from < (hour + 1) * 3600L; from += 600)
            {
                var batch = new StoreBatch { UpTo = new LogPosition(++position) };
                for (var time = (from + step - 1) / step * step; time < from + 600; time += step)
                {
                    for (var one = 0; one < series; one++)
                    {
                        batch.Points.Add(store.Series.Want(Project, Name(one), (uint)step)!, new Point((uint)(Begin + time), value(one, time / step)));
                    }
                }

                points += batch.Points.Count;
                writing += Timed(() => writer.Write(batch));
            }

            sorting += Timed(() => store.Maintenance.PackPoints(Begin + ((hour + 1) * 3600), static () => true));
            store.Maintenance.Checkpoint();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kind}: {points:N0} points of {series} series, {points / writing.TotalSeconds:N0} points/s written, {points / sorting.TotalSeconds:N0} points/s sorted, {(double)store.Sizes().FileBytes / points:F2} bytes a point"));
    }

    private static void Year(string directory, int series)
    {
        using var store = EventStore.Open(directory, new EventStoreOptions(), TimeProvider.System);
        using var writer = store.CreateWriter();
        var rules = KeepingRules.Parse(Schema, "");
        store.Series.Rules = _ => rules;
        var random = new Random(2);
        var (points, aged, aging, longest) = (0L, 0L, TimeSpan.Zero, TimeSpan.Zero);
        const int Days = 365;
        for (var day = 0; day < Days; day++)
        {
            var batch = new StoreBatch { UpTo = new LogPosition(day + 1) };
            for (var time = 0L; time < 86_400; time += 10)
            {
                for (var one = 0; one < series; one++)
                {
                    batch.Points.Add(store.Series.Want(Project, Name(one), 0)!, new Point((uint)(Begin + (day * 86_400) + time), Math.Round(100 + (random.NextDouble() * 50), 3)));
                }
            }

            points += batch.Points.Count;
            writer.Write(batch);
            var now = Begin + ((day + 1) * 86_400L);
            var took = Timed(() => aged += store.Maintenance.AgePoints(now, static () => true));
            (aging, longest) = (aging + took, took > longest ? took : longest);
            store.Maintenance.PackPoints(now, static () => true);
            store.Maintenance.Checkpoint();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"a year of {series} series ({Schema[(Schema.LastIndexOf(' ') + 1)..]}): {points:N0} points came, {store.CountPoints():N0} are kept in {store.Sizes().FileBytes / 1024.0 / 1024:F1} MiB; {aged / aging.TotalSeconds:N0} points/s made coarser, the longest run {longest.TotalMilliseconds:F0} ms"));
        Ask(store, rules, "an hour", 3600);
        Ask(store, rules, "a day", 86_400);
        Ask(store, rules, "a month", 30 * 86_400);
        Ask(store, rules, "a year", (Days - 1) * 86_400L);
    }

    private static void Ask(EventStore store, KeepingRules rules, string what, long range)
    {
        var now = Begin + (365 * 86_400L);
        var entry = store.Series.All(Project, taggedOnly: false)[0];
        var keeping = rules.Of(entry.Name)!;
        var times = new List<double>();
        var values = 0;
        for (var i = 0; i < 11; i++)
        {
            times.Add(Timed(() => values = Values(store, entry, keeping, now - range, now)).TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {what} of one series: {values:N0} values in {times[times.Count / 2]:F1} ms (median of {times.Count})"));
    }

    private static int Values(EventStore store, SeriesEntry entry, SeriesKeeping keeping, long from, long now)
    {
        var level = keeping.LevelFor(now - from);
        var step = keeping.Archives[level].Step;
        var start = from - (from % step) + step;
        var read = store.Points([.. entry.Coarser, entry], start, now, CancellationToken.None);
        Point[] Of(SeriesEntry? archive) => archive is null ? [] : read.GetValueOrDefault(archive, []);
        return RollUp.Values(keeping, level, start, (int)((now - start) / step), [.. keeping.Archives.Select((archive, at) => Of(at == 0 ? entry : entry.CoarserOf(archive.Step)))]).Count(static value => !double.IsNaN(value));
    }

    private static byte[] Name(int one) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"servers.web{one:000}.load"));

    private static TimeSpan Timed(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start);
    }
}
