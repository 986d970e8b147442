using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Log.Files;

namespace Sightline.Tests.Log;

/// <summary>Full and failing disks: nobody is promised what is not durable, and the log goes on by itself.</summary>
public sealed class FailureTests
{
    private readonly MemoryFiles _files = new();
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(DiskErrors.NoSpace, 0)]
    [InlineData(DiskErrors.NoSpace, 30)]
    [InlineData(DiskErrors.QuotaExceeded, 64)]
    public async Task On_a_full_disk_acknowledgements_stop_nothing_is_harmed_and_it_works_again_with_space(int error, int shortWrite)
    {
        await using (var log = LogTest.Open(_files))
        {
            await log.AppendRangeAsync(0, 5);
            (_files.WriteError, _files.ShortWrite) = (error, shortWrite);
            await Assert.ThrowsAsync<DiskFullException>(async () => await log.AppendAsync(100));
            await Assert.ThrowsAsync<DiskFullException>(async () => await log.AppendAsync(101));
            Assert.Equal(LogState.DiskFull, log.State);
            Assert.Equal(Enumerable.Range(0, 5), log.ReadNumbers());
            Assert.Equal(2, log.Statistics.FailedBatches);
            _files.WriteError = 0;
            await log.AppendAsync(5);
            Assert.Equal(LogState.Ready, log.State);
            Assert.Equal(Enumerable.Range(0, 6), log.ReadNumbers());
            Assert.Equal(1, log.Statistics.Segments);
        }

        await using var again = LogTest.Open(_files);
        Assert.Equal(Enumerable.Range(0, 6), again.ReadNumbers());
        Assert.Equal((0L, 0L), (again.Recovery.DamagedBytes, again.Recovery.TornBytes));
    }

    [Fact]
    public async Task Appends_stop_before_the_disk_is_full_and_begin_again_without_anybody_appending()
    {
        await using var log = DurableLog.Open(LogTest.Options with { MinFreeDiskBytes = 1000 }, _time, null, _files);
        await log.AppendAsync(0);
        _files.Free = 999;
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<DiskFullException>(async () => await log.AppendAsync(100));
        Assert.Equal(64 + 64, _files.Newest().Seen.Length);

        _files.Free = 1000;
        log.RollIfOlderThan(TimeSpan.FromHours(1));
        await StateAsync(log, LogState.Ready);
        await log.AppendAsync(1);
        Assert.Equal([0, 1], log.ReadNumbers());
    }

    [Fact]
    public async Task While_the_disk_is_full_appends_are_refused_without_touching_it_until_the_next_try()
    {
        await using var log = DurableLog.Open(LogTest.Options with { RetryAfter = TimeSpan.FromSeconds(1) }, _time, null, _files);
        await log.AppendAsync(0);
        _files.WriteError = DiskErrors.NoSpace;
        await Assert.ThrowsAsync<DiskFullException>(async () => await log.AppendAsync(100));
        _files.WriteError = 0;
        await Assert.ThrowsAsync<DiskFullException>(async () => await log.AppendAsync(101));
        Assert.Equal((1L, 1L), (log.Statistics.FailedBatches, log.Statistics.Refused));
        _time.Advance(TimeSpan.FromSeconds(1));
        await log.AppendAsync(1);
        Assert.Equal([0, 1], log.ReadNumbers());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(DiskErrors.InputOutput)]
    public async Task After_a_failed_sync_nothing_of_the_batch_is_acknowledged_and_a_new_segment_begins(int cutError)
    {
        await using (var log = LogTest.Open(_files))
        {
            await log.AppendRangeAsync(0, 5);
            (_files.SyncError, _files.CutError) = (DiskErrors.InputOutput, cutError);
            await Assert.ThrowsAsync<LogFailedException>(async () => await log.AppendAsync(100));
            Assert.Equal(LogState.Failed, log.State);
            (_files.SyncError, _files.CutError) = (0, 0);
            Assert.Equal(new LogPosition(5 * 64), log.DurableEnd);
            await log.AppendRangeAsync(5, 5);
            Assert.Equal(Enumerable.Range(0, 10), log.ReadNumbers());
            Assert.Equal(2, log.Statistics.Segments);
        }

        // Also over a power cut, and although the failed batch's bytes may still lie in the first segment.
        await using var again = LogTest.Open(_files.Crash(new Random(1)));
        Assert.Equal(Enumerable.Range(0, 10), again.ReadNumbers());
        Assert.Equal(0, again.Statistics.DamagedRanges);
    }

    [Fact]
    public async Task A_failed_sync_fails_everybody_who_waited_for_it_and_for_the_next_batch()
    {
        await using var log = LogTest.Open(_files);
        await log.AppendAsync(0);
        using var hold = new ManualResetEventSlim();
        _files.SyncHold = hold;
        var appends = Enumerable.Range(100, 50).Select(number => log.AppendAsync(number).AsTask()).ToList();
        _files.SyncError = DiskErrors.InputOutput;
        hold.Set();
        foreach (var append in appends)
        {
            await Assert.ThrowsAsync<LogFailedException>(() => append);
        }

        (_files.SyncError, _files.SyncHold) = (0, null);
        await log.AppendAsync(1);
        Assert.Equal([0, 1], log.ReadNumbers());
    }

    [Fact]
    public async Task A_failed_read_skips_nothing()
    {
        await using var log = LogTest.Open(_files);
        await log.AppendRangeAsync(0, 3);
        using var reader = log.OpenReader(LogPosition.Start);
        _files.ReadError = DiskErrors.InputOutput;
        Assert.Throws<LogFailedException>(() => reader.TryRead(out _));
        _files.ReadError = 0;
        Assert.True(reader.TryRead(out var record));
        Assert.Equal(LogPosition.Start, record.Position);
        Assert.Equal(0, log.Statistics.DamagedRanges);
    }

    [Fact]
    public async Task A_fault_outside_the_disk_ends_no_process_and_leaves_no_caller_waiting()
    {
        var log = DurableLog.Open(LogTest.Options, _time, new ThrowingLogger(), _files);
        await Assert.ThrowsAsync<LogFailedException>(async () => await log.AppendAsync(0));
        await Assert.ThrowsAsync<LogFailedException>(async () => await log.AppendAsync(1));
        Assert.Equal(LogState.Failed, log.State);
        await log.DisposeAsync();
    }

    private static async Task StateAsync(DurableLog log, LogState state)
    {
        while (log.State != state)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Logging that breaks as soon as the writer uses it (opening says one line before).</summary>
    private sealed class ThrowingLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel != LogLevel.Information)
            {
                throw new InvalidOperationException("the logger is broken");
            }
        }
    }
}
