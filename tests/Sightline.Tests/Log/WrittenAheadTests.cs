using Sightline.Log;
using Sightline.Log.Files;

namespace Sightline.Tests.Log;

/// <summary>Zeros lie ahead of the records of a busy segment, and nobody ever takes them for anything.</summary>
public sealed class WrittenAheadTests
{
    private const int Header = 64;
    private const int RecordSize = 64;

    [Fact]
    public async Task A_busy_segment_has_zeros_ahead_of_its_records_and_none_once_it_is_left()
    {
        var files = new MemoryFiles();
        await using (var log = LogTest.Open(files))
        {
            await log.AppendRangeAsync(0, 200);
            Assert.Equal(Header + (200 * RecordSize), files.Newest().Seen.Length);
            await log.AppendRangeAsync(200, 200);
            var seen = files.Newest().Seen;
            Assert.InRange(seen.Length, Header + (401 * RecordSize), 3 * Header + (800 * RecordSize));
            Assert.Equal(-1, seen.AsSpan(Header + (400 * RecordSize)).IndexOfAnyExcept((byte)0));
            Assert.Equal(Enumerable.Range(0, 400), log.ReadNumbers());
        }

        Assert.Equal(Header + (400 * RecordSize), files.Newest().Seen.Length);
    }

    [Fact]
    public async Task After_a_crash_the_zeros_are_cut_off_and_nothing_is_reported_as_torn()
    {
        var files = new MemoryFiles();
        await using var crashed = LogTest.Open(files);
        await crashed.AppendRangeAsync(0, 400);
        var left = files.Crash(new Random(1));
        Assert.True(left.Newest().Seen.Length > Header + (400 * RecordSize));

        await using var log = LogTest.Open(left);
        Assert.Equal((0L, 0), (log.Recovery.TornBytes, log.Recovery.DamagedRanges));
        Assert.Equal(Header + (400 * RecordSize), left.Newest().Seen.Length);
        await log.AppendAsync(400);
        Assert.Equal(Enumerable.Range(0, 401), log.ReadNumbers());
        Assert.Equal(0, log.Statistics.DamagedRanges);
    }

    [Fact]
    public void A_disk_too_full_for_zeros_is_no_failure_and_is_not_asked_again()
    {
        var ahead = new WrittenAhead(1 << 20, 4096);
        var file = new FullFile();
        ahead.Extend(file, 8192);
        ahead.Extend(file, 9000);
        Assert.Equal(1, file.Writes);
        ahead.Begin();
        ahead.Extend(file, 8192);
        Assert.Equal(2, file.Writes);
    }

    [Fact]
    public void A_disk_that_fails_with_zeros_fails_the_batch()
    {
        var file = new FullFile { Error = DiskErrors.InputOutput };
        Assert.Throws<IOException>(() => new WrittenAhead(1 << 20, 4096).Extend(file, 8192));
    }

    private sealed class FullFile : ILogFile
    {
        public int Error { get; init; } = DiskErrors.NoSpace;

        public int Writes { get; private set; }

        public long Length => 8192;

        public int Read(Span<byte> into, long offset) => 0;

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            Writes++;
            throw new IOException("no", Error);
        }

        public void SetLength(long length)
        {
        }

        public void Sync()
        {
        }

        public void Dispose()
        {
        }
    }
}
