using Sightline.Core.Model;
using Sightline.Log;

namespace Sightline.Tests.Log;

/// <summary>What is found after a crash or damage is exactly what is whole.</summary>
public sealed class RecoveryTests
{
    private const int Header = 64;
    private const int RecordSize = 64;

    [Fact]
    public async Task A_last_record_torn_at_any_byte_is_cut_and_the_log_goes_on()
    {
        var whole = await SegmentAsync(5);
        for (var length = whole.Length - RecordSize; length < whole.Length; length++)
        {
            foreach (var rest in new[] { 0, whole.Length - length })
            {
                // The file ends there, or the rest of it was never written and reads as zeros.
                var files = FilesWith([.. whole.AsSpan(0, length), .. new byte[rest]]);
                await using (var log = LogTest.Open(files))
                {
                    Assert.Equal(Enumerable.Range(0, 4), log.ReadNumbers());
                    // Zeros at the end are what is written ahead of records, nothing torn.
                    var torn = whole.AsSpan(0, length)[(whole.Length - RecordSize)..].LastIndexOfAnyExcept((byte)0) + 1;
                    Assert.Equal(torn, log.Recovery.TornBytes);
                    Assert.Equal((0, 0L), (log.Recovery.DamagedRanges, log.Statistics.DamagedRanges));
                    Assert.Equal(new LogPosition(4 * RecordSize), log.DurableEnd);
                    await log.AppendAsync(4);
                }

                await using var again = LogTest.Open(files);
                Assert.Equal(Enumerable.Range(0, 5), again.ReadNumbers());
                Assert.Equal((0L, 0L), (again.Recovery.TornBytes, again.Statistics.DamagedBytes));
            }
        }
    }

    [Fact]
    public async Task Any_damaged_byte_of_a_record_loses_that_record_alone_and_is_reported()
    {
        var whole = await SegmentAsync(5);
        for (var at = Header + (2 * RecordSize); at < Header + (3 * RecordSize); at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x5A;
            await using var log = LogTest.Open(FilesWith(damaged));
            Assert.Equal([0, 1, 3, 4], log.ReadNumbers());
            Assert.Equal([0, 1, 3, 4], log.ReadNumbers());
            Assert.Equal((1, (long)RecordSize), (log.Recovery.DamagedRanges, log.Recovery.DamagedBytes));
            Assert.Equal((1L, (long)RecordSize), (log.Statistics.DamagedRanges, log.Statistics.DamagedBytes));
        }
    }

    [Fact]
    public async Task A_damaged_length_in_an_earlier_segment_does_not_hide_the_records_behind_it()
    {
        var files = new MemoryFiles();
        await using (var log = LogTest.Open(files, LogTest.Options with { SegmentBytes = 4096 }))
        {
            await log.AppendRangeAsync(0, 200);
            Assert.True(log.Statistics.Segments > 2);
        }

        var first = files.Names[files.Names.Keys.Min(StringComparer.Ordinal)!].Seen;
        first.AsSpan(Header + (10 * RecordSize) + 12, 4).Fill(0x01);
        await using var again = LogTest.Open(files);
        Assert.Equal(Enumerable.Range(0, 200).Where(number => number != 10), again.ReadNumbers());
        Assert.Equal(1, again.Statistics.DamagedRanges);
    }

    [Fact]
    public async Task Any_damaged_byte_of_a_segment_header_costs_no_record()
    {
        var whole = await SegmentAsync(3);
        for (var at = 0; at < Header; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0xFF;
            await using var log = LogTest.Open(FilesWith(damaged));
            Assert.Equal([0, 1, 2], log.ReadNumbers());
            Assert.Equal(1, log.Recovery.DamagedHeaders);
            await log.AppendAsync(3);
            Assert.Equal([0, 1, 2, 3], log.ReadNumbers());
        }
    }

    [Fact]
    public async Task A_lost_segment_is_reported_and_the_others_are_read()
    {
        var files = new MemoryFiles();
        await using (var log = LogTest.Open(files, LogTest.Options with { SegmentBytes = 4096 }))
        {
            await log.AppendRangeAsync(0, 200);
        }

        files.Delete(files.Names.Keys.Order(StringComparer.Ordinal).ElementAt(1));
        await using var again = LogTest.Open(files);
        var read = again.ReadNumbers();
        var lost = Enumerable.Range(0, 200).Except(read).ToList();
        Assert.Equal(63, lost.Count);
        Assert.Equal(Enumerable.Range(lost[0], 63), lost);
        Assert.Equal((1L, 63L * RecordSize), (again.Statistics.DamagedRanges, again.Statistics.DamagedBytes));
    }

    [Fact]
    public async Task A_log_shorter_than_the_store_goes_on_where_the_store_is()
    {
        var files = FilesWith(await SegmentAsync(2));
        var storeHas = new LogPosition(1000);
        await using var log = LogTest.Open(files, LogTest.Options with { StoreHas = storeHas });
        Assert.Equal(1000 - (2 * RecordSize), log.Recovery.SkippedBytes);
        Assert.Equal(0, log.UnreadBytes(storeHas));
        Assert.Equal(new LogPosition(1000 + RecordSize), await log.AppendAsync(2));
        Assert.Equal([2], log.ReadNumbers(storeHas));
        Assert.Equal([0, 1, 2], log.ReadNumbers());
        Assert.Equal(0, log.Statistics.DamagedRanges);
    }

    [Fact]
    public async Task A_segment_found_empty_is_not_gone_on_in_because_its_name_may_not_outlive_a_power_cut()
    {
        var files = new MemoryFiles { SyncError = 5 };
        await using (var log = LogTest.Open(files))
        {
            await Assert.ThrowsAsync<LogFailedException>(async () => await log.AppendAsync(100));
        }

        Assert.Equal(Header, files.Newest().Seen.Length);
        files.SyncError = 0;
        await using (var log = LogTest.Open(files))
        {
            await log.AppendRangeAsync(0, 5);
        }

        for (var seed = 0; seed < 20; seed++)
        {
            await using var after = LogTest.Open(files.Crash(new Random(seed)));
            Assert.Equal(Enumerable.Range(0, 5), after.ReadNumbers());
            Assert.Equal(0, after.Statistics.DamagedRanges);
        }
    }

    [Fact]
    public async Task Records_found_after_a_kill_outlive_a_power_cut_once_they_were_read()
    {
        var files = new MemoryFiles();
        await using (var log = LogTest.Open(files))
        {
            await log.AppendRangeAsync(0, 3);
        }

        // As a process leaves it that was killed between write and sync: seen by everybody, on no disk.
        var killed = FilesWith([.. files.Newest().Seen]);
        killed.SyncDirectory(LogTest.Options.Directory);
        await using var again = LogTest.Open(killed);
        Assert.Equal([0, 1, 2], again.ReadNumbers());
        for (var seed = 0; seed < 20; seed++)
        {
            await using var after = LogTest.Open(killed.Crash(new Random(seed)));
            Assert.Equal([0, 1, 2], after.ReadNumbers());
        }
    }

    [Fact]
    public async Task Bytes_in_a_payload_that_look_like_a_record_are_never_taken_for_one()
    {
        var inner = (await SegmentAsync(1))[Header..];
        var files = new MemoryFiles();
        await using (var log = LogTest.Open(files))
        {
            await log.AppendAsync(RecordKind.Events, 7, inner, TestContext.Current.CancellationToken);
            await log.AppendAsync(1);
        }

        files.Newest().Seen[Header] ^= 1;
        await using var again = LogTest.Open(files);
        Assert.Equal([1], again.ReadNumbers());
    }

    internal static async Task<byte[]> SegmentAsync(int records, int length = 40)
    {
        var files = new MemoryFiles();
        await using var log = LogTest.Open(files);
        await log.AppendRangeAsync(0, records, length);
        return [.. files.Newest().Seen];
    }

    internal static MemoryFiles FilesWith(byte[] segment)
    {
        var files = new MemoryFiles();
        files.Names[Path.Combine(LogTest.Options.Directory, Segment.NameOf(LogPosition.Start))] = new MemoryFiles.Content { Seen = segment };
        return files;
    }
}
