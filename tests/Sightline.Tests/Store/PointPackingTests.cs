using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;
using Sightline.Store;
using Sightline.Store.DuckDb;
using Sightline.Store.Series;

namespace Sightline.Tests.Store;

public sealed class PointPackingTests
{
    private const uint Project = 1;
    private const long Day = 86_400;
    private const long Begin = 1_795_000_000 / Day * Day;

    /// <summary>Points of several series and days, some late, some twice, packed at random moments; what is read is what came last.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_read_is_what_came_last_however_often_it_was_packed(int seed)
    {
        var random = new Random(seed);
        using var fixture = new StoreFixture();
        var entries = Enumerable.Range(0, 5).Select(one => fixture.Store.Series.Want(Project, Encoding.ASCII.GetBytes($"packed.s{one}"), 0)!).ToList();
        var model = entries.ToDictionary(static entry => entry.Name, static _ => new SortedDictionary<uint, double>());
        var packed = 0L;
        for (var round = 0; round < 25; round++)
        {
            var batch = fixture.Batch();
            for (var i = random.Next(9_000); i > 0; i--)
            {
                var entry = entries[random.Next(entries.Count)];
                var point = new Point((uint)(Begin + (random.Next(4) == 0 ? random.Next(4 * (int)Day) : (round * 9000) + (random.Next(900) * 10))), Math.Round(random.NextDouble() * 100, 2));
                batch.Points.Add(entry, point);
                model[entry.Name][point.Time] = point.Value;
            }

            fixture.Writer.Write(batch);
            if (random.Next(3) == 0)
            {
                packed += fixture.Store.Maintenance.PackPoints(Begin + random.Next(5 * (int)Day), () => random.Next(5) > 0);
            }

            Same(fixture.Store, model, random);
        }

        packed += fixture.Store.Maintenance.PackPoints(long.MaxValue, static () => true);
        Assert.True(packed > 50_000, $"{packed} points were packed");
        Same(fixture.Store, model, random);
        fixture.Reopen();
        Same(fixture.Store, model, random);
        Assert.Empty(fixture.Store.CheckIntegrity());
        var project = Assert.Single(fixture.Store.Storage().Projects);
        Assert.Equal((Project, fixture.Store.CountPoints()), (project.Project, project.Points));
        Assert.InRange(project.ApproximateBytes, 1, fixture.Store.Sizes().MainBytes);
        // All days are over: one block of each series and day, but for the few points that are not worth a run.
        using var snapshot = fixture.Store.OpenSnapshot(0, 0, 0);
        Assert.InRange(snapshot.Connection.ScalarLong("SELECT count(*) FROM packed_points WHERE count < 1024") ?? -1, 0, 5 * 4 * 2);
        Assert.InRange(snapshot.Connection.ScalarLong("SELECT count(*) FROM points") ?? -1, 0, 9_999);
    }

    [Fact]
    public void A_range_is_taken_out_of_the_blocks_that_it_cuts()
    {
        using var fixture = new StoreFixture();
        var entry = fixture.Store.Series.Want(Project, "cut"u8.ToArray(), 0)!;
        var batch = fixture.Batch();
        for (var i = 0; i < 3 * 8640; i++)
        {
            batch.Points.Add(entry, new Point((uint)(Begin + (i * 10)), i));
        }

        fixture.Writer.Write(batch);
        fixture.Store.Maintenance.PackPoints(long.MaxValue, static () => true);
        var (from, until) = (Begin + 20_005, Begin + (2 * Day) + 3_601);
        lock (fixture.Store.WriteLock)
        {
            fixture.Store.WriterConnection.InTransaction(() => Assert.Equal((until - from + 9) / 10, PackedPointTable.Remove(fixture.Store.WriterConnection, [entry.Id], from, until)));
        }

        var left = fixture.Store.Points([entry], 0, uint.MaxValue, default)[entry];
        Assert.Equal(Enumerable.Range(0, 3 * 8640).Where(i => Begin + (i * 10) < from || Begin + (i * 10) >= until).Select(static i => (double)i), left.Select(static point => point.Value));
    }

    [Fact]
    public void Points_that_an_older_version_sorted_count_less_than_those_that_came_after()
    {
        using var directory = new TempDirectory();
        var store = Path.Combine(directory.Path, "store");
        Directory.CreateDirectory(store);
        using (var database = DuckDbDatabase.Open(Path.Combine(store, "main.duckdb"), new DuckDbOptions()))
        using (var connection = database.Connect())
        {
            SchemaMigrations.Apply(connection, [.. SchemaMigrations.Embedded.Where(static script => script.Version <= 22)], 1);
            connection.Execute("INSERT INTO series VALUES (1, 1, 'a.b', 10)");
            connection.Execute($"INSERT INTO sorted_points SELECT 1, {Begin} + range * 10, range FROM range(300000)");
            connection.Execute($"INSERT INTO points SELECT 1, {Begin} + range * 20, -1 FROM range(1000)");
        }

        using var upgraded = EventStore.Open(directory.Path, new EventStoreOptions(), TimeProvider.System);
        var expected = Enumerable.Range(0, 300_000).Select(static i => i < 2000 && i % 2 == 0 ? -1.0 : i).ToList();
        var entry = upgraded.Series.All(1, taggedOnly: false).Single();
        Assert.Equal(expected, upgraded.Points([entry], 0, uint.MaxValue, default)[entry].Select(static point => point.Value));
        Assert.Equal(301_000, upgraded.Maintenance.PackPoints(long.MaxValue, static () => true));
        Assert.Equal(expected, upgraded.Points([entry], 0, uint.MaxValue, default)[entry].Select(static point => point.Value));
        Assert.Equal(300_000, upgraded.CountPoints());
        Assert.Empty(upgraded.CheckIntegrity());
    }

    [Fact]
    public void The_check_finds_a_block_that_does_not_hold_what_it_says()
    {
        using var fixture = new StoreFixture();
        var entry = fixture.Store.Series.Want(Project, "damaged"u8.ToArray(), 0)!;
        var batch = fixture.Batch();
        for (var i = 0; i < 20_000; i++)
        {
            batch.Points.Add(entry, new Point((uint)(Begin + (i * 60)), i % 7));
        }

        fixture.Writer.Write(batch);
        fixture.Store.Maintenance.PackPoints(long.MaxValue, static () => true);
        Assert.Empty(fixture.Store.CheckIntegrity());
        foreach (var damage in new[] { "count = count - 1", "last = last + 1", "data = data[1:10]::BLOB" })
        {
            fixture.Store.WriterConnection.Execute("CREATE OR REPLACE TEMP TABLE sound AS SELECT * FROM packed_points");
            fixture.Store.WriterConnection.Execute($"UPDATE packed_points SET {damage} WHERE first = (SELECT min(first) FROM packed_points)");
            Assert.Equal($"1 blocks of points that do not hold what they say, of series {entry.Id} (damaged)", Assert.Single(fixture.Store.CheckIntegrity()));
            fixture.Store.WriterConnection.Execute("DELETE FROM packed_points; INSERT INTO packed_points SELECT * FROM sound");
        }
    }

    [Fact]
    public void A_damaged_block_is_told_by_name_and_stops_neither_other_series_nor_their_upkeep()
    {
        using var fixture = new StoreFixture();
        var keeping = KeepingRules.Parse("[all]\npattern = .\nretentions = 1m:1d,1h:1y", "");
        fixture.Store.Series.Rules = _ => keeping;
        var (bad, good) = (fixture.Store.Series.Want(Project, "bad"u8.ToArray(), 0)!, fixture.Store.Series.Want(Project, "good"u8.ToArray(), 0)!);
        var batch = fixture.Batch();
        var first = Begin / 86_400 * 86_400;
        for (var i = 0; i < 8_000; i++)
        {
            batch.Points.Add(bad, new Point((uint)(first + (i * 60)), i));
            batch.Points.Add(good, new Point((uint)(first + (i * 60)), i));
        }

        fixture.Writer.Write(batch);
        fixture.Store.Maintenance.PackPoints(long.MaxValue, static () => true);
        // A byte of the third day is another one.
        fixture.Store.WriterConnection.Execute($"UPDATE packed_points SET data = data[1:10]::BLOB WHERE series = {bad.Id} AND first = {first + (2 * 86_400)}");
        var told = Assert.Throws<DamagedPointsException>(() => fixture.Store.Points([good, bad], 0, uint.MaxValue, default));
        Assert.StartsWith($"Points of 'bad' of {DateTimeOffset.FromUnixTimeSeconds(first + (2 * 86_400)):yyyy-MM-dd} are damaged.", told.Message, StringComparison.Ordinal);
        Assert.Equal(["bad"], fixture.Store.DamagedSeries);
        Assert.Equal(8_000, fixture.Store.Points([good], 0, uint.MaxValue, default)[good].Length);
        Assert.Equal(1_440, fixture.Store.Points([bad], first, first + 86_399, default)[bad].Length);

        fixture.Store.Maintenance.AgePoints(first + (20 * 86_400), static () => true);
        Assert.Empty(fixture.Store.Points([good], 0, uint.MaxValue, default));
        Assert.InRange(fixture.Store.Points([good.CoarserOf(3600)!], 0, uint.MaxValue, default).Single().Value.Length, 133, 134);
        Assert.Equal(1_440, fixture.Store.Points([bad], first + 86_400, first + (2 * 86_400) - 1, default)[bad].Length);
        fixture.Store.Maintenance.PackPoints(long.MaxValue, static () => true);
        Assert.Contains("of series", Assert.Single(fixture.Store.CheckIntegrity()), StringComparison.Ordinal);
    }

    private static void Same(EventStore store, Dictionary<string, SortedDictionary<uint, double>> model, Random random)
    {
        var entries = store.Series.All(Project, taggedOnly: false).ToList();
        var from = random.Next(2) == 0 ? 0 : Begin + random.Next(4 * (int)Day);
        var until = random.Next(2) == 0 ? uint.MaxValue : from + random.Next(2 * (int)Day);
        var read = store.Points(entries, from, until, default);
        foreach (var entry in entries)
        {
            var expected = model[entry.Name].Where(pair => pair.Key >= from && pair.Key <= until).Select(static pair => new Point(pair.Key, pair.Value));
            Assert.Equal(expected, read.TryGetValue(entry, out var points) ? points : []);
        }
    }
}
