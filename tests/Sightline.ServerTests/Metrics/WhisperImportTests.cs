using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.Core.Queries.Graphite;
using Sightline.Server.Features.Graphite;
using Sightline.Server.Import;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Metrics;

/// <summary>Files that Debian's whisper wrote are imported; then, and after more points came to both, every range holds what whisper finds in it.</summary>
public sealed class WhisperImportTests
{
    private const int Files = 24;
    private const int RangesEach = 40;
    /// <summary>Far ahead of the machine's clock, by which the server makes old points coarser.</summary>
    private const long Now = 4_000_000_000;

    private static readonly string[] Schemas = ["10:360", "10:360,60:720", "60:60,300:288,3600:240", "10:36,30:60,60:100,600:300", "1:60,60:60", "5:100,60:70,3600:24"];
    private static readonly string[] Methods = ["average", "sum", "last", "max", "min", "avg_zero", "absmax", "absmin"];

    private readonly Random _random = new(20261123);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Imported_files_and_later_points_hold_what_whisper_finds_in_every_range()
    {
        await using var server = await ServerUnderTest.StartLocalAsync();
        using var whisper = new Whisper();
        var project = server.AddProject();
        var directory = Path.Combine(server.Data, "whisper");
        var series = Enumerable.Range(0, Files).Select(i => new Made(i, Path.Combine(directory, Place(i)), Name(i), Schemas[i % Schemas.Length], Methods[i % Methods.Length])).ToList();
        foreach (var made in series)
        {
            whisper.Ask(new { create = made.Path, archives = made.Archives, method = made.Method, xff = made.XFilesFactor });
            Write(whisper, made, Now - (made.Reach * 2), Now, 600, many: made.Number % 3 == 0);
        }

        File.WriteAllBytes(Path.Combine(directory, "broken.wsp"), new byte[40]);
        var report = await ImportAsync(server, project.Id, directory);
        Assert.True(report.AddsUp);
        Assert.Equal((Files, 1, 0L), (report.Imported, report.Skipped, report.Dropped));
        Assert.EndsWith("broken.wsp", report.FirstSkipped.Single().Path, StringComparison.Ordinal);
        var compared = Compare(server, whisper, project.Id, series, Now);

        // Points that come to both afterwards: the newest, and some that come late.
        var later = Now + 7200;
        foreach (var made in series)
        {
            var points = Points(made, Now, later, 150).ConvertAll(static point => (point.Time, point.Value, CameAt: point.Time));
            points.AddRange(Points(made, later - made.Reach + 10, later, 10).Where(point => made.Holds(later - point.Time)).Select(point => (point.Time, point.Value, later)));
            foreach (var (time, value, came) in points)
            {
                whisper.Ask(new { write = made.Path, now = came, points = new[] { new object[] { time, value } }, many = false });
            }

            await SendAsync(server, project, made.Name, points);
        }

        await server.DrainAsync();
        compared += Compare(server, whisper, project.Id, series, later, after: true);
        TestContext.Current.TestOutputHelper?.WriteLine($"{compared} values compared");
        Assert.True(compared > 50_000, $"only {compared} values were compared");
    }

    [Fact]
    public async Task A_second_import_takes_only_what_has_changed()
    {
        await using var server = await ServerUnderTest.StartLocalAsync();
        using var whisper = new Whisper();
        var project = server.AddProject();
        var directory = Path.Combine(server.Data, "whisper");
        var series = Enumerable.Range(0, 3).Select(i => new Made(i, Path.Combine(directory, Place(i)), Name(i), "10:360,60:720", "sum")).ToList();
        foreach (var made in series)
        {
            whisper.Ask(new { create = made.Path, archives = made.Archives, method = made.Method, xff = made.XFilesFactor });
            Write(whisper, made, Now - 3000, Now, 100, many: false);
        }

        var first = await ImportAsync(server, project.Id, directory);
        var stored = server.Path.Store.CountPoints();
        Assert.Equal((3, 0, first.Points), (first.Imported, first.Unchanged, stored));

        var second = await ImportAsync(server, project.Id, directory);
        Assert.Equal((0, 3, stored), (second.Imported, second.Unchanged, server.Path.Store.CountPoints()));

        Write(whisper, series[1], Now, Now + 60, 3, many: false);
        var third = await ImportAsync(server, project.Id, directory);
        Assert.Equal((1, 2), (third.Imported, third.Unchanged));

        await server.RestartAsync();
        var fourth = await ImportAsync(server, project.Id, directory);
        Assert.Equal((0, 3), (fourth.Imported, fourth.Unchanged));
        Compare(server, whisper, project.Id, series, Now + 60);
    }

    private static string Place(int number) => number % 6 == 5
        ? $"_tagged/abc/def/disk_DOT_used;dc=d{number};host=h.1.wsp".Replace("h.1", "h_DOT_1", StringComparison.Ordinal)
        : $"servers/web{number}/cpu.wsp";

    private static string Name(int number) => number % 6 == 5 ? $"disk.used;dc=d{number};host=h.1" : $"servers.web{number}.cpu";

    private static async Task<WhisperReport> ImportAsync(ServerUnderTest server, uint project, string directory)
    {
        await using var target = new DeskTarget(new ImportDesk(server.Path.Gate, server.Path.Log, server.Path.Store, TimeProvider.System), TimeProvider.System);
        return await new WhisperImporter(target, TimeProvider.System).RunAsync(project, directory, "", isDryRun: false, Cancel);
    }

    private static async Task SendAsync(ServerUnderTest server, Project project, string name, List<(long Time, double Value, long CameAt)> points)
    {
        foreach (var (time, value, came) in points)
        {
            var batch = new PointBatchWriter();
            batch.Begin(ReceivedBy.Carbon, came * 1000, 0);
            batch.Add(Encoding.UTF8.GetBytes(name), new Point((uint)time, value));
            Assert.True((await server.Path.Gate.AppendAsync(project, RecordKind.Points, batch.Payload, 1, ReceivedBy.Carbon, Cancel)).Accepted);
        }
    }

    private void Write(Whisper whisper, Made made, long from, long until, int count, bool many)
    {
        var points = Points(made, Math.Max(from, until - made.Reach + 1), until, count);
        if (many)
        {
            whisper.Ask(new { write = made.Path, now = until, points = points.Where(p => made.Holds(until - p.Time)).Select(static p => new object[] { p.Time, p.Value }), many = true });
            return;
        }

        // As carbon does: each when it is new.
        foreach (var (time, value) in points)
        {
            whisper.Ask(new { write = made.Path, now = time, points = new[] { new object[] { time, value } }, many = false });
        }
    }

    private List<(long Time, double Value)> Points(Made made, long from, long until, int count)
    {
        var step = made.Archives[0][0];
        var dense = _random.Next(2) == 0;
        var first = Math.Max(from, until - (count * step));
        return [.. Enumerable.Range(0, count)
            .Select(i => dense ? first + (i * step) + _random.Next((int)step) : from + _random.NextInt64(until - from))
            .Where(time => time < until).Order().DistinctBy(time => time / step)
            .Select(time => (time, Math.Round((_random.NextDouble() * 200) - 100, 3)))];
    }

    private int Compare(ServerUnderTest server, Whisper whisper, uint project, List<Made> all, long since, bool after = false)
    {
        var compared = 0;
        var events = server.Services.GetRequiredService<GraphiteEventStore>();
        foreach (var made in all)
        {
            var ranges = Enumerable.Range(0, RangesEach).Select(_ =>
            {
                var now = since + _random.Next(3) * _random.Next(4000);
                var from = now - _random.NextInt64(made.Reach + 1000);
                return new[] { from, from + _random.NextInt64(now - from + 200) + 1, now };
            }).ToList();
            var expected = whisper.Ask(new { fetch = made.Path, ranges });
            for (var i = 0; i < ranges.Count; i++)
            {
                var source = new GraphiteSource(server.Path.Store, new GraphiteTags(server.Path.Store, TimeProvider.System), events, project, ranges[i][2], Cancel);
                var found = source.Fetch(made.Name, ranges[i][0], ranges[i][1]);
                compared += Same(expected[i], found, $"{made.Name} {made.Schema} {made.Method} xff {made.XFilesFactor}, {string.Join('-', ranges[i])}{(after ? ", later" : "")}");
            }
        }

        return compared;
    }

    private static int Same(JsonElement expected, IReadOnlyList<Series> found, string what)
    {
        if (expected.ValueKind == JsonValueKind.Null)
        {
            Assert.True(found.Count == 0, what);
            return 0;
        }

        Assert.True(found.Count == 1, what + ": not found");
        Assert.Equal((expected[0].GetInt64(), expected[2].GetInt64(), what), (found[0].Start, found[0].Step, what));
        var values = expected[3].EnumerateArray().Select(static value => value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble()).ToArray();
        for (var i = 0; i < Math.Max(values.Length, found[0].Values.Length); i++)
        {
            var (theirs, ours) = (i < values.Length ? values[i] : double.NaN, i < found[0].Values.Length ? found[0].Values[i] : double.NaN);
            Assert.True(theirs.Equals(ours) || Math.Abs(theirs - ours) <= 1e-9 * Math.Abs(theirs),
                string.Create(CultureInfo.InvariantCulture, $"{what}: at {expected[0].GetInt64() + (i * expected[2].GetInt64())} whisper has {theirs}, here is {ours}"));
        }

        return values.Length;
    }

    private sealed record Made(int Number, string Path, string Name, string Schema, string Method)
    {
        public long[][] Archives { get; } = [.. Schema.Split(',').Select(static archive => archive.Split(':').Select(static part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray())];

        public double XFilesFactor => Number % 4 * 0.25;

        /// <summary>A point whose age is that of an archive's last step takes the place of the newest one in whisper's ring: a loss of whisper's that nobody wants back.</summary>
        public bool Holds(long age) => !Array.Exists(Archives, archive => age > (archive[1] - 1) * archive[0] && age <= archive[1] * archive[0]);

        public long Reach => Archives[^1][0] * Archives[^1][1];
    }
}
