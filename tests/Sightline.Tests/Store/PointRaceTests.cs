using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Queries.Graphite;
using Sightline.Core.Wire.Graphite;
using Sightline.Server.Features.Graphite;
using Sightline.Server.Write;
using Sightline.Store;
using Sightline.Store.Series;
using Sightline.Store.Settings;

namespace Sightline.Tests.Store;

/// <summary>Who reads while points are written, put in order and made coarser sees each point once, and the same answer as before and after.</summary>
public sealed class PointRaceTests
{
    private const uint Project = 1;
    private const int Readers = 2;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// Points come in blocks of time, and older blocks come again with newer values. A reader must see every block whole that was stored before it asked, at least in the version of then, at most in that
    /// of now; in order, each second once.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Each_point_is_seen_once_while_points_are_written_and_sorted(int seed)
    {
        const int Series = 6, Blocks = 32, Length = 400, Sorts = 3, Reads = 12;
        using var fixture = new StoreFixture();
        var entries = Enumerable.Range(0, Series).Select(one => fixture.Store.Series.Want(Project, Encoding.ASCII.GetBytes($"race.s{one}"), 0)!).ToList();
        var (begun, stored) = (new int[Blocks], new int[Blocks]);
        var (sorts, reads) = (0, new int[Readers]);
        using var done = new CancellationTokenSource();
        // The first block makes the series, so that every reader finds them.
        Write(fixture, entries, 0, Length, begun, stored);
        var work = Task.Run(() =>
        {
            var random = new Random(seed);
            // On until the others have met what it does, however busy the machine is.
            for (var round = 1; round < Blocks || (round < 4_000 && (Volatile.Read(ref sorts) < Sorts || Array.Exists(reads, static count => count < Reads))); round++)
            {
                if (round < Blocks)
                {
                    Write(fixture, entries, round, Length, begun, stored);
                }

                Write(fixture, entries, random.Next(Math.Min(round, Blocks)), Length, begun, stored);
            }
        }, Cancel);
        var upkeep = Task.Run(() => Repeat(seed + 100, random =>
        {
            var moved = fixture.Store.Maintenance.PackPoints(random.Next(Blocks / 2, Blocks + 1) * Length, static () => true);
            fixture.Store.Maintenance.Checkpoint();
            Volatile.Write(ref sorts, sorts + (moved > 0 ? 1 : 0));
            return moved;
        }, done.Token), Cancel);
        var readers = Enumerable.Range(0, Readers).Select(reader => Task.Run(() => Repeat(seed + 200 + reader, random =>
        {
            var from = random.Next(Blocks * Length);
            Interlocked.Increment(ref reads[reader]);
            return Check(fixture.Store, entries, random.Next(3) == 0 ? 0 : from, Math.Min(Blocks * Length, from + random.Next(8 * Length)) - 1, Length, begun, stored);
        }, done.Token), Cancel)).ToList();
        await Task.WhenAny(work, Task.WhenAny([upkeep, .. readers]));
        await work;
        await done.CancelAsync();

        Assert.True(await upkeep > 10_000 && sorts >= Sorts, $"sorted {sorts} times meanwhile");
        Assert.All(await Task.WhenAll(readers), static seen => Assert.True(seen > 10_000, $"a reader saw {seen} points only"));

        Assert.Equal(Blocks * Length * (long)Series, Check(fixture.Store, entries, 0, (Blocks * Length) - 1, Length, begun, stored));
    }

    /// <summary>Hours pass and points become coarser, in steps that stop anywhere, while they are sorted too; targets over ranges that reach all archives have at any moment the values that they had at first.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Targets_have_the_same_values_while_points_become_coarser(int seed)
    {
        const long Now = 1_795_000_000 / 600 * 600;
        const int Kept = 86_400, Step = 600, Series = 6;
        using var fixture = new StoreFixture();
        using var directory = new TempDirectory();
        var settings = SettingsDb.Open(directory.Path, TimeProvider.System);
        var rules = KeepingRules.Parse("[all]\npattern = .\nretentions = 20s:1h,1m:6h,10m:1d", "[sums]\npattern = sum$\nxFilesFactor = 0\naggregationMethod = sum");
        fixture.Store.Series.Rules = _ => rules;
        Fill(fixture, new Random(seed), Enumerable.Range(0, Series).Select(static one => one % 2 == 0 ? $"aged.s{one}.load" : $"aged.s{one}.sum"), Now - Kept, Now);
        ISeriesSource Source() => new GraphiteSource(fixture.Store, new GraphiteTags(fixture.Store, TimeProvider.System), new GraphiteEventStore(settings), Project, Now, Cancel);
        // Not quite to the last archive's end, for what is behind it goes.
        long[] ranges = [1_800, 3_000, 7_200, 20_000, 30_000, 80_000];
        var expected = ranges.ToDictionary(static range => range, range => Source().Fetch("aged.*.*", Now - range, Now));
        Assert.All(expected.Values, answer => Assert.True(answer.Count == Series && answer.All(static one => one.Values.Count(static value => !double.IsNaN(value)) > 40)));

        using var done = new CancellationTokenSource();
        var reads = new int[Readers];
        var readers = Enumerable.Range(0, Readers).Select(reader => Task.Run(() => Repeat(seed + reader, random =>
        {
            Interlocked.Increment(ref reads[reader]);
            var range = ranges[random.Next(ranges.Length)];
            var seen = Source().Fetch("aged.*.*", Now - range, Now);
            Assert.Equal(expected[range].Select(static one => one.Name), seen.Select(static one => one.Name));
            foreach (var (before, meanwhile) in expected[range].Zip(seen))
            {
                Assert.Equal((before.Start, before.Step), (meanwhile.Start, meanwhile.Step));
                Assert.Equal(before.Values, meanwhile.Values, Near);
            }

            return 1;
        }, done.Token), Cancel)).ToList();
        var upkeep = Task.Run(() =>
        {
            var random = new Random(seed + 50);
            var (removed, sorted, round) = (0L, 0L, 0);
            for (var clock = Now - Kept; clock <= Now; clock += Step * 2)
            {
                // No further than readers follow, however busy the machine is; one that failed is waited for no longer.
                var met = round++ / 12;
                SpinWait.SpinUntil(() => Array.TrueForAll(reads, count => count > met), TimeSpan.FromSeconds(30));
                var stops = random.Next(4);
                removed += fixture.Store.Maintenance.AgePoints(clock, () => stops-- > 0);
                sorted += random.Next(6) == 0 ? fixture.Store.Maintenance.PackPoints(clock + random.Next(Kept), static () => true) : 0;
            }

            return (Removed: removed + fixture.Store.Maintenance.AgePoints(Now, static () => true), Sorted: sorted);
        }, Cancel);
        await Task.WhenAny([upkeep, .. readers]);
        var (gone, ordered) = await upkeep;
        await done.CancelAsync();

        Assert.True(gone > 10_000 && ordered > 0, $"{gone} points became coarser, {ordered} were sorted");
        Assert.All(await Task.WhenAll(readers), static seen => Assert.True(seen > 3, $"a reader asked {seen} times only"));
    }

    private static void Write(StoreFixture fixture, List<SeriesEntry> entries, int block, int length, int[] begun, int[] stored)
    {
        var version = Interlocked.Increment(ref begun[block]);
        var batch = fixture.Batch();
        for (var time = block * length; time < (block + 1) * length; time++)
        {
            for (var one = 0; one < entries.Count; one++)
            {
                batch.Points.Add(entries[one], new Point((uint)time, Value(one, time, version)));
            }
        }

        fixture.Writer.Write(batch);
        Volatile.Write(ref stored[block], version);
    }

    private static double Value(int series, long time, int version) => (version * 1e9) + (series * 1e6) + time;

    /// <returns>Points seen.</returns>
    private static long Check(EventStore store, List<SeriesEntry> entries, long from, long until, int length, int[] begun, int[] stored)
    {
        var before = stored.Select((_, block) => Volatile.Read(ref stored[block])).ToArray();
        var read = store.Points(entries, from, until, Cancel);
        var after = begun.Select((_, block) => Volatile.Read(ref begun[block])).ToArray();
        var seen = 0L;
        for (var one = 0; one < entries.Count; one++)
        {
            var points = read.GetValueOrDefault(entries[one], []);
            seen += points.Length;
            var at = 0;
            for (var time = from; time <= until; time++)
            {
                var block = time / length;
                var isThere = at < points.Length && points[at].Time == time;
                if (!isThere)
                {
                    Assert.True(before[block] == 0, $"second {time} of series {one} is missing; its block was stored {before[block]} times");
                    continue;
                }

                var version = (int)Math.Round((points[at].Value - Value(one, time, 0)) / 1e9);
                Assert.Equal(Value(one, time, version), points[at].Value);
                Assert.InRange(version, before[block], after[block]);
                at++;
            }

            Assert.True(at == points.Length, $"series {one}: {points.Length - at} points more than seconds, or not in order");
        }

        return seen;
    }

    // A sum of sums is another sum in its last bits.
    private static bool Near(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= 1e-9 * Math.Abs(a);

    private static void Fill(StoreFixture fixture, Random random, IEnumerable<string> names, long from, long until)
    {
        foreach (var name in names)
        {
            var record = new PointBatchWriter();
            // As if each had come in time: what comes later than its archive reaches goes into a coarser one at once.
            record.Begin(ReceivedBy.Carbon, from * 1000, 0);
            for (var time = from; time <= until; time += 20)
            {
                if (random.Next(12) > 0)
                {
                    record.Add(Encoding.UTF8.GetBytes(name), new Point((uint)time, random.Next(1000) / 8.0));
                }
            }

            var batch = fixture.Batch();
            PointRecord.Take(Project, record.Payload.Span, fixture.Store.Series, batch, dropAll: false);
            fixture.Writer.Write(batch);
        }
    }

    private static long Repeat(int seed, Func<Random, long> work, CancellationToken until)
    {
        var (random, total) = (new Random(seed), 0L);
        while (!until.IsCancellationRequested)
        {
            total += work(random);
        }

        return total;
    }
}
