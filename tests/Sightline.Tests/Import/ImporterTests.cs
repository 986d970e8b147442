using System.Text;
using Sightline.Core.Model;
using Sightline.Server.Import;

namespace Sightline.Tests.Import;

public sealed class ImporterTests : IDisposable
{
    private readonly ImportRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Every_line_is_stored_or_dropped_with_a_reason()
    {
        var log = ImportRig.Log(20) + "junk\n\n# comment\n" + ImportRig.Line(1, "a.css?").Replace("a.css?1", "a.css", StringComparison.Ordinal) + new string('x', 70_000) + "\n" + ImportRig.Log(3, 20);
        var report = await _rig.RunAsync(_rig.Write("a.log", log));
        Assert.True(report.Succeeded);
        Assert.Equal(26, report.Records);
        Assert.Equal(2, report.NotRecords);
        Assert.Equal(23, report.Counts.Stored);
        Assert.Equal("Malformed=1 StaticFile=1 TooLarge=1", string.Join(' ', report.Counts.Drops.Select(static drop => $"{drop.Key}={drop.Value}").Order()));
        Assert.Equal(log.Count(static c => c == '\n'), report.Records + report.NotRecords);
    }

    [Fact]
    public async Task The_same_file_twice_changes_nothing_whatever_its_name_and_packing()
    {
        var log = Encoding.UTF8.GetBytes(ImportRig.Log(1000));
        await _rig.RunAsync(_rig.Write("a.log", log));
        var once = _rig.Target.Summary();
        Assert.Equal(1000, _rig.Target.Events.Count);
        foreach (var again in new[] { _rig.Write("a.log", log), _rig.Write("a.log.1", log), _rig.Write("a.log.2.gz", ImportRig.Gzip(log)), _rig.Write("b", ImportRig.Gzip(log[..7777], log[7777..])) })
        {
            var report = await _rig.RunAsync(again);
            Assert.True(report.Succeeded);
            Assert.Equal(0, report.Records);
            Assert.Equal(FileOutcome.NothingNew, report.Files[0].Outcome);
            Assert.Equal(once, _rig.Target.Summary());
        }
    }

    [Fact]
    public async Task The_same_file_named_twice_in_one_run_is_read_once()
    {
        var path = _rig.Write("a.log", ImportRig.Log(2000));
        await _rig.RunAsync(path, path);
        Assert.Equal(2000, _rig.Target.Events.Count);
    }

    [Fact]
    public async Task Gzip_in_one_member_or_many_equals_plain()
    {
        var log = Encoding.UTF8.GetBytes(ImportRig.Log(3000));
        await _rig.RunAsync(_rig.Write("a.log", log));
        foreach (var packed in new[] { ImportRig.Gzip(log), ImportRig.Gzip(log[..100], log[100..70_000], [], log[70_000..]) })
        {
            using var other = new ImportRig();
            await other.RunAsync(other.Write("x", packed));
            Assert.Equal(_rig.Target.Summary(), other.Target.Summary());
        }
    }

    [Fact]
    public async Task A_grown_file_adds_only_its_new_lines()
    {
        foreach (var lines in new[] { 1, 10, 11, 500, 1500, 1501, 4000 })
        {
            var report = await _rig.RunAsync(_rig.Write("a.log", ImportRig.Log(lines)));
            Assert.Equal(lines, _rig.Target.Events.Count);
            Assert.True(report.Succeeded);
        }

        Assert.Equal(Enumerable.Range(0, 4000).Select(static number => $"/page{number}"), _rig.Target.Events.Select(static item => item.Split(' ')[2]));
    }

    [Fact]
    public async Task A_file_rotated_away_is_known_and_the_new_one_under_its_name_is_new()
    {
        await _rig.RunAsync(_rig.Write("a.log", ImportRig.Log(900)));
        var rotated = _rig.Write("a.log.1", ImportRig.Log(1000));
        var fresh = _rig.Write("a.log", ImportRig.Log(200, 1000));
        await _rig.RunAsync(fresh, rotated);
        Assert.Equal(1200, _rig.Target.Events.Distinct().Count());
        Assert.Equal(1200, _rig.Target.Events.Count);
    }

    [Fact]
    public async Task An_older_copy_of_a_file_adds_nothing()
    {
        await _rig.RunAsync(_rig.Write("a.log", ImportRig.Log(2000)));
        var report = await _rig.RunAsync(_rig.Write("backup.log", ImportRig.Log(1200)));
        Assert.Equal(FileOutcome.NothingNew, report.Files[0].Outcome);
        Assert.Equal(2000, _rig.Target.Events.Count);
    }

    [Fact]
    public async Task A_file_changed_in_its_middle_is_refused()
    {
        await _rig.RunAsync(_rig.Write("a.log", ImportRig.Log(2000)));
        var report = await _rig.RunAsync(_rig.Write("a.log", ImportRig.Log(1500) + ImportRig.Log(1000, 5000)));
        Assert.False(report.Succeeded);
        Assert.Contains("differs", report.Files[0].Error, StringComparison.Ordinal);
        Assert.Equal(2000, _rig.Target.Events.Count);
    }

    [Fact]
    public async Task Files_that_begin_alike_but_are_not_the_same_are_told_apart()
    {
        const string header = "#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem sc-status\n";
        await _rig.RunAsync(_rig.Write("empty", header));
        Assert.Empty(_rig.Target.Imports);
        await _rig.RunAsync(_rig.Write("one", header + "2026-11-22 10:00:00 192.0.2.1 GET /one 200\n"));
        await _rig.RunAsync(_rig.Write("two", header + "2026-11-22 10:00:00 192.0.2.1 GET /two 200\n"));
        await _rig.RunAsync(_rig.Write("one", header + "2026-11-22 10:00:00 192.0.2.1 GET /one 200\n2026-11-22 10:00:00 192.0.2.1 GET /more 200\n"));
        Assert.Equal(["/one", "/two", "/more"], _rig.Target.Events.Select(static item => item.Split(' ')[2]));
        Assert.EndsWith("001", _rig.Target.Events[2].Split(' ')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_line_without_an_end_waits_while_the_file_may_be_written_to()
    {
        var path = _rig.Write("a.log", ImportRig.Log(5).TrimEnd('\n'));
        var report = await _rig.RunAsync(path);
        Assert.True(report.Files[0].LeftUnfinished);
        Assert.Equal(4, _rig.Target.Events.Count);
        _rig.Clock.Advance(TimeSpan.FromMinutes(2));
        report = await _rig.RunAsync(path);
        Assert.False(report.Files[0].LeftUnfinished);
        Assert.Equal(5, _rig.Target.Events.Count);
        await _rig.RunAsync(_rig.Write("a.log", ImportRig.Log(7)));
        Assert.Equal(7, _rig.Target.Events.Count);
        Assert.Empty(_rig.Target.Drops);
    }

    [Fact]
    public async Task Standard_input_and_gzip_end_where_they_end()
    {
        var log = Encoding.UTF8.GetBytes(ImportRig.Log(5).TrimEnd('\n'));
        await _rig.RunAsync(new ImportRequest { Project = 1, Files = [ImportFile.StandardInput] }, log);
        Assert.Equal(5, _rig.Target.Events.Count);
        await _rig.RunAsync(_rig.Write("a.gz", ImportRig.Gzip(log)), _rig.Write("a", log));
        await _rig.RunAsync(new ImportRequest { Project = 1, Files = [ImportFile.StandardInput] }, Encoding.UTF8.GetBytes(ImportRig.Log(6)));
        Assert.Equal(6, _rig.Target.Events.Count);
    }

    [Fact]
    public async Task A_dry_run_counts_and_stores_nothing()
    {
        var path = _rig.Write("a.log", ImportRig.Log(50) + "junk\n");
        var report = await _rig.RunAsync(new ImportRequest { Project = 1, Files = [path, path], IsDryRun = true, SliceLines = 7 });
        Assert.True(report.Succeeded);
        Assert.Equal(51, report.Records);
        Assert.Equal(50, report.Counts.Stored);
        Assert.Empty(_rig.Target.Batches);
    }

    [Fact]
    public async Task Damaged_gzip_gives_the_lines_before_the_damage_and_an_error()
    {
        var packed = ImportRig.Gzip(Encoding.UTF8.GetBytes(ImportRig.Log(20_000)));
        var cut = await _rig.RunAsync(_rig.Write("cut.gz", packed.AsSpan(0, packed.Length / 2)));
        Assert.False(cut.Succeeded);
        Assert.Contains("unreadable behind byte", cut.Files[0].Error, StringComparison.Ordinal);
        Assert.InRange(_rig.Target.Events.Count, 1000, 19_999);
        var whole = await _rig.RunAsync(_rig.Write("cut.gz", packed));
        Assert.True(whole.Succeeded);
        Assert.Equal(20_000, _rig.Target.Events.Distinct().Count());
        Assert.Equal(20_000, _rig.Target.Events.Count);
    }

    [Fact]
    public async Task What_cannot_be_read_is_named_and_the_other_files_are_imported()
    {
        var report = await _rig.RunAsync(
            _rig.Path("missing"), _rig.Path("."), _rig.Write("a.bz2", "BZh91AY"u8), _rig.Write("a.zst", [0x28, 0xB5, 0x2F, 0xFD, 0, 0]), _rig.Write("a.txt", [0xFF, 0xFE, (byte)'a', 0]), _rig.Write("a.gz", [0x1F, 0x8B, 1, 2, 3]),
            _rig.Write("a.log", ImportRig.Log(5)));
        Assert.False(report.Succeeded);
        Assert.Equal(6, report.Files.Count(static file => file.Outcome == FileOutcome.Failed && file.Error is { Length: > 0 }));
        Assert.Contains("bzip2 is not supported", report.Files[2].Error, StringComparison.Ordinal);
        Assert.Contains("zstd is not supported", report.Files[3].Error, StringComparison.Ordinal);
        Assert.Contains("UTF-16", report.Files[4].Error, StringComparison.Ordinal);
        Assert.Equal(5, _rig.Target.Events.Count);
    }

    [Fact]
    public async Task Empty_files_and_files_without_requests_are_nothing_new()
    {
        var report = await _rig.RunAsync(_rig.Write("a", ""), _rig.Write("b", "\n\n# nothing\n"), _rig.Write("c", new byte[300_000]));
        Assert.True(report.Succeeded);
        Assert.Equal(0, report.Records);
        Assert.Equal(3, report.NotRecords);
        Assert.Empty(_rig.Target.Batches);
    }

    [Fact]
    public async Task A_byte_order_mark_carriage_returns_and_zero_bytes_are_not_part_of_lines()
    {
        var log = new List<byte>([0xEF, 0xBB, 0xBF]);
        log.AddRange(Encoding.UTF8.GetBytes(ImportRig.Log(3).Replace("\n", "\r\n", StringComparison.Ordinal)));
        log.AddRange(new byte[200_000]);
        log.AddRange(Encoding.UTF8.GetBytes(ImportRig.Log(3, 3)));
        var report = await _rig.RunAsync(_rig.Write("a.log", log.ToArray()));
        Assert.Equal(6, report.Counts.Stored);
        Assert.Equal(6, report.Records);
    }

    [Fact]
    public async Task Samples_of_drops_are_one_for_each_reason_of_a_slice()
    {
        await _rig.RunAsync(_rig.Write("a.log", ImportRig.Log(1) + "192.0.2.1 junk one\njunk two\n"));
        Assert.Equal([new IncomingDrop(DropReason.Malformed, 2, "[address] junk one")], _rig.Target.Batches[0].Drops);
    }
}
