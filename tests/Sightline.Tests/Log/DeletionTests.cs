using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Log;

namespace Sightline.Tests.Log;

public sealed class DeletionTests
{
    private static readonly LogOptions s_small = LogTest.Options with { SegmentBytes = 4096 };
    private readonly MemoryFiles _files = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task What_the_store_does_not_have_is_never_deleted()
    {
        await using var log = LogTest.Open(_files, s_small);
        await log.AppendRangeAsync(0, 300);
        for (var stored = 0; stored <= 300; stored++)
        {
            var storeHas = new LogPosition(stored * 64);
            log.DeleteBefore(storeHas);
            Assert.True(log.FirstAvailable <= storeHas);
            Assert.Equal(Enumerable.Range(stored, 300 - stored), log.ReadNumbers(storeHas));
        }

        Assert.Equal(0, log.Statistics.DamagedRanges);
        Assert.Equal((1, 4L), (log.Statistics.Segments, log.Statistics.DeletedSegments));
        Assert.Single(_files.Names);
    }

    [Fact]
    public async Task What_an_open_reader_has_not_read_is_kept_until_it_is_read_or_the_reader_closed()
    {
        await using var log = LogTest.Open(_files, s_small);
        await log.AppendRangeAsync(0, 300);
        using (var slow = log.OpenReader(LogPosition.Start))
        {
            var number = 0;
            do
            {
                log.DeleteBefore(log.DurableEnd);
                Assert.True(log.FirstAvailable <= slow.Position);
                Assert.Equal(new LogPosition(64 * number++), slow.Position);
            }
            while (slow.TryRead(out _));
            Assert.Equal(301, number);
        }

        using (var idle = log.OpenReader(log.FirstAvailable))
        {
            await log.AppendRangeAsync(300, 100);
            var before = log.FirstAvailable;
            log.DeleteBefore(log.DurableEnd);
            Assert.Equal(before, log.FirstAvailable);
        }

        log.DeleteBefore(log.DurableEnd);
        Assert.Equal((1, 0L), (log.Statistics.Segments, log.Statistics.DamagedRanges));
    }

    [Fact]
    public async Task Drained_records_are_gone_once_their_segment_was_rolled_for_its_age()
    {
        await using var log = DurableLog.Open(s_small, _time, null, _files);
        await log.AppendRangeAsync(0, 3);
        _time.Advance(TimeSpan.FromSeconds(29));
        log.RollIfOlderThan(TimeSpan.FromSeconds(30));
        await log.AppendAsync(3);
        Assert.Equal(1, log.Statistics.Segments);

        _time.Advance(TimeSpan.FromSeconds(1));
        await RollAsync(log, TimeSpan.FromSeconds(30), segments: 2);
        log.DeleteBefore(log.DurableEnd);
        Assert.Equal(64, Assert.Single(_files.Names).Value.Seen.Length);

        // Without new records nothing is rolled any more.
        _time.Advance(TimeSpan.FromDays(1));
        log.RollIfOlderThan(TimeSpan.FromSeconds(30));
        await log.AppendAsync(4);
        Assert.Equal((1, 2), (log.Statistics.Segments, _files.Creations));
    }

    [Fact]
    public async Task Records_found_at_opening_are_old_at_once()
    {
        await using (var log = LogTest.Open(_files))
        {
            await log.AppendAsync(0);
        }

        await using var again = LogTest.Open(_files);
        again.DeleteBefore(again.DurableEnd);
        Assert.Equal([0], again.ReadNumbers());
        await RollAsync(again, TimeSpan.FromDays(365), segments: 2);
        again.DeleteBefore(again.DurableEnd);
        Assert.Equal(64, Assert.Single(_files.Names).Value.Seen.Length);
        await again.AppendAsync(1);
        Assert.Equal([1], again.ReadNumbers(new LogPosition(64)));
    }

    [Fact]
    public async Task Positions_go_on_after_everything_was_deleted_and_the_log_reopened()
    {
        var storeHas = LogPosition.Start;
        for (var run = 0; run < 5; run++)
        {
            await using var log = LogTest.Open(_files, s_small with { StoreHas = storeHas });
            var end = await log.AppendAsync(run);
            Assert.True(end > storeHas);
            Assert.Equal([run], log.ReadNumbers(storeHas));
            storeHas = end;
            await RollAsync(log, TimeSpan.Zero, log.Statistics.Segments + 1);
            log.DeleteBefore(storeHas);
            Assert.Equal(64, Assert.Single(_files.Names).Value.Seen.Length);
            Assert.Equal((0L, 0L), (log.Recovery.SkippedBytes, log.Statistics.DamagedRanges));
        }
    }

    [Fact]
    public async Task Appending_reading_rolling_and_deleting_at_once_lose_nothing()
    {
        await using var log = LogTest.Open(_files, s_small);
        var appenders = Enumerable.Range(0, 4).Select(caller => Task.Run(() => log.AppendRangeAsync(caller * 2000, 2000))).ToList();
        var all = Task.WhenAll(appenders);
        var seen = new List<int>();
        using var reader = log.OpenReader(LogPosition.Start);
        while (true)
        {
            var last = all.IsCompleted;
            while (reader.TryRead(out var record))
            {
                seen.Add(BitConverter.ToInt32(record.Payload.Span));
                log.DeleteBefore(reader.Position);
            }

            if (last)
            {
                break;
            }

            log.RollIfOlderThan(TimeSpan.Zero);
            await Task.Yield();
        }

        await all;
        Assert.Equal(Enumerable.Range(0, 8000), seen.Order());
        Assert.All(seen.GroupBy(number => number / 2000), group => Assert.Equal(group.Order(), group));
        Assert.Equal(0, log.Statistics.DamagedRanges);
        Assert.True(log.Statistics.DeletedSegments > 50);
        Assert.Equal(log.Statistics.Segments, _files.Names.Count);
    }

    private static async Task RollAsync(DurableLog log, TimeSpan age, int segments)
    {
        log.RollIfOlderThan(age);
        while (log.Statistics.Segments < segments)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
