using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Log;

namespace Sightline.Tests.Log;

public sealed class AppendTests
{
    private readonly MemoryFiles _files = new();

    [Fact]
    public async Task What_was_appended_is_read_back_in_order_also_after_reopening()
    {
        await using (var log = LogTest.Open(_files))
        {
            await log.AppendRangeAsync(0, 100);
            Assert.Equal(Enumerable.Range(0, 100), log.ReadNumbers());
        }

        await using var again = LogTest.Open(_files);
        Assert.Equal(Enumerable.Range(0, 100), again.ReadNumbers());
        await again.AppendRangeAsync(100, 10);
        Assert.Equal(Enumerable.Range(0, 110), again.ReadNumbers());
        Assert.Equal(100, again.Recovery.RecordsScanned);
        Assert.Equal(0, again.Statistics.DamagedRanges);
    }

    [Fact]
    public async Task Concurrent_appends_share_syncs_and_each_caller_sees_its_own_order()
    {
        await using var log = LogTest.Open(_files, LogTest.Options with { SegmentBytes = 64 << 10 });
        await log.AppendAsync(-1);
        _files.SyncHold = new ManualResetEventSlim();
        var callers = Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
        {
            var ends = new List<LogPosition>();
            for (var index = 0; index < 100; index++)
            {
                ends.Add(await log.AppendAsync((caller * 100) + index));
            }

            return ends;
        })).ToList();
        _files.SyncHold.Set();
        var ends = await Task.WhenAll(callers);

        var read = log.ReadNumbers();
        Assert.Equal(6401, read.Count);
        Assert.Equal(read.Count, read.Distinct().Count());
        Assert.All(read.Where(number => number >= 0).GroupBy(number => number / 100), group => Assert.Equal(group.Order(), group));
        Assert.All(ends, own => Assert.Equal(own.Order(), own));
        Assert.True(log.Statistics.Syncs < 6401, $"{log.Statistics.Syncs} syncs");
        Assert.Equal(6401, log.Statistics.Appends);
        Assert.True(log.Statistics.Segments > 3);
    }

    [Fact]
    public async Task A_caller_slow_to_take_its_answer_holds_up_none_of_its_batch()
    {
        await using var log = LogTest.Open(_files);
        await log.AppendAsync(-1);
        _files.SyncHold = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        async Task<int> CallAsync(int caller)
        {
            await log.AppendAsync(caller).ConfigureAwait(false);
            if (caller == 0)
            {
                // On purpose on the thread that answers.
                release.Wait(TestContext.Current.CancellationToken);
            }

            return caller;
        }

        var first = log.AppendAsync(100).AsTask();
        var slow = CallAsync(0);
        var others = Enumerable.Range(1, 20).Select(CallAsync).ToList();
        _files.SyncHold.Set();
        await first;
        await Task.WhenAll(others);
        Assert.False(slow.IsCompleted);
        release.Set();
        Assert.Equal(0, await slow);
        Assert.Equal(23, log.ReadNumbers().Count);
    }

    [Fact]
    public async Task A_record_is_not_acknowledged_nor_readable_before_its_sync()
    {
        await using var log = LogTest.Open(_files);
        await log.AppendAsync(0);
        _files.SyncHold = new ManualResetEventSlim();
        var append = log.AppendAsync(1).AsTask();
        while (_files.Newest().Seen.Length < 64 + (2 * 64))
        {
            await Task.Yield();
        }

        Assert.False(append.IsCompleted);
        Assert.Equal([0], log.ReadNumbers());
        _files.SyncHold.Set();
        var end = await append;
        Assert.Equal(end, log.DurableEnd);
        Assert.Equal([0, 1], log.ReadNumbers());
    }

    [Fact]
    public async Task A_caller_that_gives_up_takes_back_only_what_is_in_no_batch_yet()
    {
        await using var log = LogTest.Open(_files, LogTest.Options with { MaxBatchBytes = 4096 });
        await log.AppendAsync(0);
        _files.SyncHold = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var appends = Enumerable.Range(1, 20).Select(number => (Number: number, Payload: LogTest.Payload(number, 1000)))
            .Select(item => (item.Number, item.Payload, Task: log.AppendAsync(RecordKind.Events, 7, item.Payload, cancellation.Token).AsTask()))
            .ToList();
        appends.ForEach(append => Array.Clear(append.Payload));
        await cancellation.CancelAsync();
        _files.SyncHold.Set();
        var kept = new List<(int Number, byte[] Payload, Task<LogPosition> Task)>();
        foreach (var append in appends)
        {
            try
            {
                await append.Task;
                kept.Add(append);
            }
            catch (OperationCanceledException)
            {
                Assert.True(append.Task.IsCanceled);
            }
        }

        await log.AppendAsync(99);

        Assert.NotEmpty(kept);
        Assert.True(kept.Count < 20);
        Assert.Equal([0, .. kept.Select(append => append.Number), 99], log.ReadNumbers());
        Assert.Equal(0, log.Statistics.DamagedRanges);
    }

    [Fact]
    public async Task A_record_larger_than_a_batch_or_a_segment_goes_alone()
    {
        await using var log = LogTest.Open(_files, LogTest.Options with { MaxBatchBytes = 4096, SegmentBytes = 8192, MaxRecordBytes = 1 << 20 });
        await log.AppendAsync(-1);
        _files.SyncHold = new ManualResetEventSlim();
        var payloads = Enumerable.Range(0, 12).Select(number => LogTest.Payload(number, number % 3 == 0 ? 1 << 20 : 500)).ToList();
        var appends = payloads.ConvertAll(payload => log.AppendAsync(RecordKind.Events, 7, payload, CancellationToken.None).AsTask());
        payloads.ForEach(payload => Array.Clear(payload));
        _files.SyncHold.Set();
        await Task.WhenAll(appends);
        Assert.Equal(Enumerable.Range(-1, 13), log.ReadNumbers());
        await Assert.ThrowsAsync<RecordTooLargeException>(async () => await log.AppendAsync(12, (1 << 20) + 1));
    }

    [Fact]
    public async Task Appends_are_refused_while_the_store_is_too_far_behind()
    {
        await using var log = LogTest.Open(_files, LogTest.Options with { MaxRecordBytes = 100, MaxUnreadBytes = 640 });
        await log.AppendRangeAsync(0, 10);
        await Assert.ThrowsAsync<LogFullException>(async () => await log.AppendAsync(10));
        Assert.Equal(640, log.UnreadBytes(LogPosition.Start));
        Assert.Equal(1, log.Statistics.Refused);

        log.DeleteBefore(new LogPosition(64));
        await log.AppendAsync(10);
        await Assert.ThrowsAsync<LogFullException>(async () => await log.AppendAsync(11));
        Assert.Equal(Enumerable.Range(0, 11), log.ReadNumbers());
    }

    [Fact]
    public async Task Appends_are_refused_while_too_much_waits_in_memory_for_a_slow_disk()
    {
        await using var log = LogTest.Open(_files, LogTest.Options with { MaxBatchBytes = 4096, MaxWaitingBytes = 2000 });
        await log.AppendAsync(0);
        var held = _files.Held;
        using var hold = new ManualResetEventSlim();
        _files.SyncHold = hold;
        var accepted = new List<Task<LogPosition>> { log.AppendAsync(1).AsTask() };
        while (_files.Held == held)
        {
            await Task.Yield();
        }

        // One batch is at the disk, one is full, two thousand bytes and one record wait behind it: the next is one too many.
        for (var number = 2; log.Statistics.Refused == 0; number++)
        {
            accepted.Add(log.AppendAsync(number, 1000).AsTask());
        }

        await Assert.ThrowsAsync<LogFullException>(() => accepted[^1]);
        accepted.RemoveAt(accepted.Count - 1);
        hold.Set();
        _files.SyncHold = null;
        await Task.WhenAll(accepted);
        Assert.Equal(Enumerable.Range(0, accepted.Count + 1), log.ReadNumbers());
        await log.AppendAsync(50, 1000);
    }

    [Fact]
    public async Task Waiting_for_data_ends_with_the_next_durable_record_or_the_log()
    {
        var log = LogTest.Open(_files);
        var wait = log.WaitForDataAsync(log.DurableEnd, TestContext.Current.CancellationToken).AsTask();
        Assert.False(wait.IsCompleted);
        var end = await log.AppendAsync(0);
        await wait;
        using var cancellation = new CancellationTokenSource();
        var cancelled = log.WaitForDataAsync(end, cancellation.Token).AsTask();
        var ended = log.WaitForDataAsync(end, TestContext.Current.CancellationToken).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await log.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ended);
        await Assert.ThrowsAsync<LogFailedException>(async () => await log.AppendAsync(1));
    }

    [Fact]
    public async Task Stopping_writes_what_was_accepted()
    {
        var log = LogTest.Open(_files);
        _files.SyncHold = new ManualResetEventSlim();
        var appends = Enumerable.Range(0, 50).Select(number => log.AppendAsync(number).AsTask()).ToList();
        var stop = log.DisposeAsync().AsTask();
        _files.SyncHold.Set();
        await stop;
        await Task.WhenAll(appends);
        await using var again = LogTest.Open(_files);
        Assert.Equal(Enumerable.Range(0, 50), again.ReadNumbers());
    }

    [Fact]
    public async Task The_clock_jumping_a_day_both_ways_changes_nothing()
    {
        var clock = new JumpingClock();
        await using var log = DurableLog.Open(LogTest.Options, clock, null, _files);
        foreach (var jump in new[] { 1, -1, -1, 1 })
        {
            clock.Now += TimeSpan.FromDays(jump);
            await log.AppendAsync((int)log.DurableEnd.Value);
        }

        Assert.Equal([0, 64, 128, 192], log.ReadNumbers());
    }

    /// <summary>A wall clock that jumps beside a monotonic one that does not, as on a machine whose time is set.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
