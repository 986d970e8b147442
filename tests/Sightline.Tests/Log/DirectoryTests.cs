using Sightline.Core.Model;
using Sightline.Log;

namespace Sightline.Tests.Log;

/// <summary>The same on a real directory, through the system's calls.</summary>
public sealed class DirectoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sightline-log-").FullName;

    private LogOptions Options => LogTest.Options with { Directory = Path.Combine(_root, "data", "log"), SegmentBytes = 4096 };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Records_survive_reopening_in_files_only_their_owner_can_read()
    {
        await using (var log = Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(caller => Task.Run(() => log.AppendRangeAsync(caller * 20, 20))));
            Assert.Equal(Enumerable.Range(0, 400), log.ReadNumbers().Order());
        }

        await using var again = Open();
        Assert.Equal(Enumerable.Range(0, 400), again.ReadNumbers().Order());
        Assert.Equal((0L, 0L), (again.Recovery.DamagedBytes, again.Recovery.TornBytes));
        Assert.All(Segments(), path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Options.Directory));
    }

    [Fact]
    public async Task A_torn_tail_is_cut_off_the_file_and_damage_before_it_is_skipped()
    {
        await using (var log = Open())
        {
            await log.AppendRangeAsync(0, 10);
        }

        var path = Assert.Single(Segments());
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(file.Length - 1);
            file.Position = 64 + (3 * 64) + 30;
            file.WriteByte(0xA5);
            file.WriteByte(0x5A);
        }

        await using var again = Open();
        Assert.Equal([0, 1, 2, 4, 5, 6, 7, 8], again.ReadNumbers());
        Assert.Equal((63L, 1), (again.Recovery.TornBytes, again.Recovery.DamagedRanges));
        Assert.Equal(64 + (9 * 64), new FileInfo(path).Length);
        await again.AppendAsync(9);
        Assert.Equal([0, 1, 2, 4, 5, 6, 7, 8, 9], again.ReadNumbers());
    }

    [Fact]
    public async Task Segments_roll_and_those_the_store_has_are_removed_from_the_directory()
    {
        await using var log = Open();
        await log.AppendRangeAsync(0, 200);
        Assert.Equal(4, Segments().Length);
        log.DeleteBefore(new LogPosition(130 * 64));
        Assert.Equal(2, Segments().Length);
        Assert.Equal(Enumerable.Range(130, 70), log.ReadNumbers(new LogPosition(130 * 64)));
        log.DeleteBefore(log.DurableEnd);
        Assert.Single(Segments());
        Assert.Equal(3, log.Statistics.DeletedSegments);
    }

    [Fact]
    public async Task A_segment_that_cannot_be_deleted_is_tried_again()
    {
        await using var log = Open();
        await log.AppendRangeAsync(0, 200);
        var first = Segments().Min(StringComparer.Ordinal)!;
        File.Move(first, first + ".away");
        Directory.CreateDirectory(first);
        log.DeleteBefore(log.DurableEnd);
        Assert.Equal((4, 0L), (log.Statistics.Segments, log.Statistics.DeletedSegments));
        Directory.Delete(first);
        log.DeleteBefore(log.DurableEnd);
        Assert.Equal((1, 3L), (log.Statistics.Segments, log.Statistics.DeletedSegments));
    }

    [Fact]
    public void A_place_that_cannot_be_a_directory_is_told_when_opening()
    {
        File.WriteAllText(Path.Combine(_root, "data"), "");
        Assert.Throws<LogFailedException>(() => Open());
    }

    [Fact]
    public async Task Files_of_others_in_the_directory_are_left_alone()
    {
        Directory.CreateDirectory(Options.Directory);
        var note = Path.Combine(Options.Directory, "note.seg");
        File.WriteAllText(note, "mine");
        await using var log = Open();
        await log.AppendRangeAsync(0, 100);
        log.DeleteBefore(log.DurableEnd);
        Assert.Equal("mine", File.ReadAllText(note));
        Assert.Equal(2, Segments().Length);
    }

    private DurableLog Open() => DurableLog.Open(Options, TimeProvider.System);

    private string[] Segments() => Directory.GetFiles(Options.Directory, "*.seg");
}
