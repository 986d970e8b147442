using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;
using Sightline.Server.Write;
using Sightline.Store;
using Sightline.Store.Series;

namespace Sightline.Tests.Store;

/// <summary>Old points become coarser ones, and no answer changes by it.</summary>
public sealed class PointAgingTests
{
    private const uint Project = 1;
    private const long Begin = 1_795_000_000;

    private static readonly string[] Questions = ["min", "max", "sum", "count", "first", "last", "average", "range", "median", "p95"];
    private static readonly string[] Names = ["a.count", "a.mean", "b.max;host=x", "b.load", "kept.all"];
    private static readonly string[] Retentions = ["10s:1h,1m:6h,10m:3d", "60s:2h,5m:1d", "1s:10m,10s:2h,1m:8h,1h:5d", "10s:6h", "30s:1d,1h:10d"];

    /// <summary>
    /// The model never removes a point. Points come in time, late, far too late, twice; hours pass; at every stop the store (aged, sorted, opened anew) and the model give the same
    /// values for ranges and archives as whisper would choose them.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Answers_are_those_of_a_store_that_never_removes_anything(int seed)
    {
        var random = new Random(seed);
        using var fixture = new StoreFixture();
        var rules = KeepingRules.Parse(
            $"[one]\npattern = ^a\nretentions = {Retentions[random.Next(3)]}\n[two]\npattern = ^b\nretentions = {Retentions[random.Next(Retentions.Length)]}\n",
            $"[count]\npattern = count$\nxFilesFactor = {random.Next(2)}\naggregationMethod = sum\n[max]\npattern = max\nxFilesFactor = 0.{random.Next(10)}\naggregationMethod = max\n");
        fixture.Store.Series.Rules = _ => rules;
        var model = new Dictionary<(string Name, uint Step), SortedDictionary<uint, double>>();
        var (now, compared, removed) = (Begin, 0, 0L);
        for (var round = 0; round < 30; round++)
        {
            now += random.Next(600, 20_000);
            Send(fixture, rules, random, now, model);
            switch (random.Next(4))
            {
                case 0:
                    fixture.Store.Maintenance.PackPoints(now - 600, static () => true);
                    break;
                case 1:
                    fixture.Reopen();
                    fixture.Store.Series.Rules = _ => rules;
                    break;
            }

            var stops = random.Next(6);
            removed += fixture.Store.Maintenance.AgePoints(now, () => random.Next(3) == 0 || stops-- > 0);
            compared += Compare(fixture.Store, rules, random, now, model);
        }

        Assert.True(compared > 5_000 && removed > 10_000, $"{compared} values compared, {removed} points removed");
        removed = fixture.Store.Maintenance.AgePoints(now, static () => true);
        Assert.Equal(0, fixture.Store.Maintenance.AgePoints(now, static () => true));
        Compare(fixture.Store, rules, random, now, model);
        Assert.Equal(model[("kept.all", 0)].Count, Read(fixture.Store, "kept.all").Length);
        // Everything is over in a year, but for the series of which nothing is said.
        fixture.Store.Maintenance.AgePoints(now + 31_536_000, static () => true);
        Assert.Equal(model[("kept.all", 0)].Count, Read(fixture.Store, "kept.all").Length);
        var others = Names.SkipLast(1).Select(name => Entry(fixture.Store, name)).SelectMany(static entry => entry.Coarser.Prepend(entry)).ToList();
        Assert.Empty(fixture.Store.Points(others, 0, uint.MaxValue, default));
        Assert.Empty(fixture.Store.Summaries(others, 0, uint.MaxValue, default));
        Assert.Empty(fixture.Store.CheckIntegrity());
    }

    [Fact]
    public void New_rules_hold_for_what_is_stored_already()
    {
        using var fixture = new StoreFixture();
        Write(fixture, "a.b", Begin, [.. Enumerable.Range(0, 20_000).Select(static i => new Point((uint)(Begin - 200_000 + (i * 10)), i))]);
        fixture.Store.Maintenance.PackPoints(Begin, static () => true);
        fixture.Store.Maintenance.AgePoints(Begin, static () => true);
        Assert.Equal(20_000, fixture.Store.CountPoints());

        var rules = KeepingRules.Parse("[a]\npattern = .\nretentions = 10s:1h,1m:1d", "");
        fixture.Store.Series.Rules = _ => rules;
        fixture.Store.Maintenance.AgePoints(Begin, static () => true);
        // Two hours of ten seconds, for a point stays an hour longer; then 23 hours of minutes and the one hour longer.
        var fine = Read(fixture.Store, "a.b");
        Assert.InRange(fine.Length, 714, 726);
        Assert.InRange(fixture.Store.CountPoints() - fine.Length, 1_375, 1_385);
        var series = Entry(fixture.Store, "a.b");
        var minute = fixture.Store.Points([series.CoarserOf(60)!], 0, uint.MaxValue, default).Single().Value[0];
        Assert.Equal(((minute.Time - (Begin - 200_000)) / 10.0) + 2.5, minute.Value);
    }

    private static void Send(StoreFixture fixture, KeepingRules rules, Random random, long now, Dictionary<(string, uint), SortedDictionary<uint, double>> model)
    {
        foreach (var name in Names)
        {
            var keeping = rules.Of(name);
            var step = keeping?.Archives[0].Step ?? 10;
            var points = new List<Point>();
            for (var time = now - Math.Min(15_000, step * 1_500); time <= now; time += step)
            {
                if (random.Next(10) > 0)
                {
                    points.Add(new Point((uint)(time + random.Next(2)), random.Next(-50, 1000)));
                }
            }

            // Late ones, behind each archive's end too.
            for (var i = random.Next(60); i > 0; i--)
            {
                points.Add(new Point((uint)(now - random.NextInt64((keeping?.MaxRetention ?? 100_000) + 5_000)), random.Next(5000) + 0.1234567));
            }

            foreach (var (series, point) in Write(fixture, name, now, points))
            {
                var key = (name, series.Of is null ? 0 : series.Step);
                var archive = model.TryGetValue(key, out var known) ? known : model[key] = [];
                archive[point.Time] = point.Value;
            }
        }
    }

    /// <returns>Which points became rows of which archive.</returns>
    private static List<(SeriesEntry Series, Point Point)> Write(StoreFixture fixture, string name, long now, IReadOnlyList<Point> points)
    {
        var record = new PointBatchWriter();
        record.Begin(ReceivedBy.Carbon, now * 1000, 0);
        foreach (var point in points)
        {
            record.Add(System.Text.Encoding.UTF8.GetBytes(name), point);
        }

        var batch = fixture.Batch();
        PointRecord.Take(Project, record.Payload.Span, fixture.Store.Series, batch, dropAll: false);
        fixture.Writer.Write(batch);
        return [.. batch.Points.Series.ToArray().Zip(batch.Points.Points.ToArray())];
    }

    private static int Compare(EventStore store, KeepingRules rules, Random random, long now, Dictionary<(string Name, uint Step), SortedDictionary<uint, double>> model)
    {
        var compared = 0;
        foreach (var name in Names)
        {
            if (rules.Of(name) is not { } keeping)
            {
                continue;
            }

            var series = Entry(store, name);
            var stored = store.Points([series, .. series.Coarser], 0, uint.MaxValue, default);
            List<Point[]> own = [], all = [];
            for (var at = 0; at < keeping.Archives.Count; at++)
            {
                var archive = at == 0 ? series : series.CoarserOf(keeping.Archives[at].Step);
                own.Add(archive is null ? [] : stored.GetValueOrDefault(archive, []));
                all.Add(model.TryGetValue((name, at == 0 ? 0 : keeping.Archives[at].Step), out var points) ? [.. points.Select(static pair => new Point(pair.Key, pair.Value))] : []);
            }

            var summaries = store.Summaries(series.Coarser, 0, uint.MaxValue, default);
            List<IReadOnlyList<KeptSummary>> kept = [.. keeping.Archives.Select((archive, at) => at > 0 && series.CoarserOf(archive.Step) is { } coarse && summaries.TryGetValue(coarse, out var found) ? found : [])];
            for (var i = 0; i < 4; i++)
            {
                var from = now - random.NextInt64(random.Next(2) == 0 ? keeping.Archives[0].Retention : keeping.MaxRetention);
                var level = keeping.LevelFor(now - from);
                var step = keeping.Archives[level].Step;
                var start = from - (from % step) + step;
                var count = (int)Math.Min(400, Math.Max(1, (now - start) / step));
                var expected = RollUp.Values(keeping, level, start, count, all);
                Assert.Equal(expected, RollUp.Values(keeping, level, start, count, own));
                var asked = PointSummary.Question(Questions[random.Next(Questions.Length)])!;
                Assert.Equal(RollUpSummaries.Values(keeping, level, start, count, all, [.. all.Select(static _ => (IReadOnlyList<KeptSummary>)[])], asked), RollUpSummaries.Values(keeping, level, start, count, own, kept, asked), Near);
                compared += expected.Count(static value => !double.IsNaN(value));
            }
        }

        return compared;
    }

    // A sum of sums is another sum in its last bits.
    private static bool Near(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= 1e-9 * Math.Abs(a);

    private static SeriesEntry Entry(EventStore store, string name) => store.Series.All(Project, taggedOnly: false).Single(entry => entry.Name == name);

    private static Point[] Read(EventStore store, string name) => store.Points([Entry(store, name)], 0, uint.MaxValue, default).Values.SingleOrDefault() ?? [];
}
