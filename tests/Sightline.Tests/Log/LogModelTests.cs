using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Log;
using Sightline.Log.Files;

namespace Sightline.Tests.Log;

/// <summary>
/// Random lives of a log: appends alone and in crowds, failing disks, full disks, restarts, power cuts that lose and reorder pages.
/// A store reads along, as the server's does, with its own durable position. Whatever happens, the store gets every acknowledged
/// record once and no record twice.
/// </summary>
public sealed class LogModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_happens_the_store_gets_each_acknowledged_record_once(int seed)
    {
        var random = new Random(seed);
        var powerCuts = 0;
        var acknowledged = 0;
        for (var life = 0; life < 60; life++)
        {
            await using var run = new Life(random);
            for (var step = 0; step < 40; step++)
            {
                await run.StepAsync();
            }

            await run.EndAsync();
            powerCuts += run.PowerCuts;
            acknowledged += run.Acknowledged.Count;
        }

        Assert.True(powerCuts > 100 && acknowledged > 5000, $"{powerCuts} power cuts, {acknowledged} acknowledged");
    }

    private sealed class Life(Random random) : IAsyncDisposable
    {
        private const int NoSpace = DiskErrors.NoSpace;
        private readonly HashSet<int> _stored = [];
        private readonly LogOptions _options = random.Next(2) == 0
            ? LogTest.Options with { SegmentBytes = 4096, MaxBatchBytes = 4096 }
            : LogTest.Options with { SegmentBytes = 20_000, MaxBatchBytes = 4096, WriteAheadFromBytes = 200 };
        private MemoryFiles _files = new();
        private LogPosition _storeHas;
        private DurableLog? _log;
        private LogReader? _reader;
        private int _number;

        public HashSet<int> Acknowledged { get; } = [];

        public int PowerCuts { get; private set; }

        public async Task StepAsync()
        {
            _log ??= Open();
            switch (random.Next(12))
            {
                case 0:
                    _files.SyncError = DiskErrors.InputOutput;
                    _files.CutError = random.Next(2) * DiskErrors.InputOutput;
                    await AppendAsync(random.Next(1, 4));
                    break;
                case 1:
                    (_files.WriteError, _files.ShortWrite) = (random.Next(2) == 0 ? NoSpace : DiskErrors.InputOutput, random.Next(300));
                    _files.CutError = random.Next(3) == 0 ? DiskErrors.InputOutput : 0;
                    await AppendAsync(random.Next(1, 4));
                    break;
                case 2:
                    _files.CreateError = NoSpace;
                    _log.RollIfOlderThan(TimeSpan.Zero);
                    await AppendAsync(1);
                    break;
                case 3:
                    _log.RollIfOlderThan(TimeSpan.Zero);
                    break;
                case 4 or 5:
                    Store();
                    _log.DeleteBefore(_storeHas);
                    break;
                case 6:
                    await CloseAsync();
                    break;
                case 7:
                    await CutPowerAsync();
                    break;
                case 8:
                    _reader?.Dispose();
                    _reader = null;
                    break;
                default:
                    await AppendAsync(random.Next(1, 20));
                    break;
            }

            (_files.SyncError, _files.WriteError, _files.CutError, _files.CreateError) = (0, 0, 0, 0);
        }

        public async Task EndAsync()
        {
            _log ??= Open();
            await AppendAsync(1);
            Store();
            Assert.Empty(Acknowledged.Except(_stored));
            Assert.Contains(_number - 1, Acknowledged);
        }

        public ValueTask DisposeAsync() => new(CloseAsync());

        private DurableLog Open() => DurableLog.Open(
            _options with { StoreHas = _storeHas }, new FakeTimeProvider(), null, _files);

        private async Task AppendAsync(int count)
        {
            foreach (var append in Begin(count))
            {
                try
                {
                    await append.Task;
                    Acknowledged.Add(append.Number);
                }
                catch (LogException)
                {
                    // Not acknowledged: it may turn up, once at most.
                }
            }
        }

        private List<(int Number, Task Task)> Begin(int count)
        {
            var appends = new List<(int, Task)>();
            for (var index = 0; index < count; index++)
            {
                var number = _number++;
                appends.Add((number, _log!.AppendAsync(number, random.Next(8, random.Next(10) == 0 ? 6000 : 300)).AsTask()));
            }

            return appends;
        }

        private void Store()
        {
            _reader ??= _log!.OpenReader(_storeHas);
            while (_reader.TryRead(out var record))
            {
                var number = BinaryPrimitives.ReadInt32LittleEndian(record.Payload.Span);
                Assert.Equal(LogTest.Payload(number, record.Payload.Length), record.Payload.ToArray());
                Assert.True(_stored.Add(number), $"record {number} came twice");
            }

            _storeHas = _reader.Position;
        }

        /// <summary>While one batch waits for its sync, another gathers; then the power goes with either of them on its way to the disk.</summary>
        private async Task CutPowerAsync()
        {
            PowerCuts++;
            var (first, second) = (new ManualResetEventSlim(), new ManualResetEventSlim());
            var held = _files.Held;
            _files.SyncHold = first;
            var appends = Begin(1);
            await HeldAsync(held + 1);
            appends.AddRange(Begin(random.Next(1, 30)));
            if (random.Next(2) == 0)
            {
                _files.SyncHold = second;
                first.Set();
                await HeldAsync(held + 2);
            }

            var after = _files.Crash(random);
            Acknowledged.UnionWith(appends.Where(append => append.Task.IsCompletedSuccessfully).Select(append => append.Number));
            _files.SyncHold = null;
            first.Set();
            second.Set();
            await CloseAsync();
            await Task.WhenAll(appends.Select(append => append.Task)).ContinueWith(_ => { }, TaskScheduler.Default);
            _files = after;
        }

        private async Task HeldAsync(int count)
        {
            while (_files.Held < count)
            {
                await Task.Yield();
            }
        }

        private async Task CloseAsync()
        {
            _reader?.Dispose();
            _reader = null;
            if (_log is { } log)
            {
                _log = null;
                await log.DisposeAsync();
            }
        }
    }
}
