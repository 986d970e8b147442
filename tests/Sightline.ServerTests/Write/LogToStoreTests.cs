using Microsoft.Extensions.Logging.Abstractions;
using Sightline.Core.Model;
using Sightline.Server;
using Sightline.Server.Write;
using Sightline.Store;
using Sightline.Store.DuckDb;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Write;

public sealed class LogToStoreTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly string _data = Directory.CreateTempSubdirectory("sightline-feeder-").FullName;
    private readonly DataDirectory _directory;
    private readonly DataPath _path;
    private readonly Project _project;

    public LogToStoreTests()
    {
        _directory = DataDirectory.Take(_data);
        _path = new DataPath(_directory, new ServeOptions { Data = _data }, TimeProvider.System, NullLoggerFactory.Instance);
        _project = new ProjectStore(_path.Settings, TimeProvider.System).Add("Shop");
    }

    public void Dispose()
    {
        _path.Dispose();
        _directory.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task One_record_that_cannot_be_stored_costs_nobody_else_anything()
    {
        for (var i = 0; i < 40; i++)
        {
            await AppendAsync(i == 23 ? "poison" : $"event {i}");
        }

        using var feeder = Feeder(batch => batch.Events.Any(item => item.Name == "poison") ? throw new DuckDbException("Constraint Error: made up") : _path.Writer.Write(batch));
        Run(feeder, rounds: 200);

        Assert.Equal(0, feeder.GapBytes);
        Assert.Equal(39, Count());
        var totals = _path.Store.Totals(_project.Id, ReceivedBy.EventApi);
        Assert.Equal((40, 39), (totals.Received, totals.Stored));
        var drop = Assert.Single(_path.Store.Drops(_project.Id, DateOnly.MinValue, DateOnly.MaxValue));
        Assert.Equal((DropReason.Damaged, 1), (drop.Reason, drop.Count));
    }

    [Fact]
    public async Task A_store_without_disk_space_is_waited_for_however_long_it_takes()
    {
        for (var i = 0; i < 10; i++)
        {
            await AppendAsync($"event {i}");
        }

        var failing = true;
        using var feeder = Feeder(batch => failing ? throw new DuckDbException("IO Error: could not write: No space left on device") : _path.Writer.Write(batch));
        Run(feeder, rounds: 100);
        Assert.True(feeder.GapBytes > 0);
        Assert.True(feeder.ConsecutiveFailures >= 100);
        Assert.Equal(0, Count());

        failing = false;
        Run(feeder, rounds: 20);
        Assert.Equal(0, feeder.GapBytes);
        Assert.Equal(10, Count());
        Assert.Empty(_path.Store.Drops(_project.Id, DateOnly.MinValue, DateOnly.MaxValue));
    }

    [Fact]
    public async Task A_record_that_is_no_batch_is_counted_as_damaged_and_passed_over()
    {
        await AppendAsync("before");
        await _path.Gate.AppendAsync(_project, RecordKind.Events, new byte[] { 1, 2, 3 }, 1, ReceivedBy.EventApi, Cancel);
        await AppendAsync("after");
        Run(_path.Feeder, rounds: 5);
        Assert.Equal(2, Count());
        var totals = _path.Store.Totals(_project.Id, ReceivedBy.EventApi);
        Assert.Equal((3, 2), (totals.Received, totals.Stored));
    }

    [Fact]
    public async Task Records_of_a_removed_project_and_of_a_kind_without_a_reader_are_passed_over()
    {
        await AppendAsync("stays in nobody's way");
        await _path.Gate.AppendAsync(_project, RecordKind.Points, new byte[] { 1 }, 1, ReceivedBy.EventApi, Cancel);
        new ProjectStore(_path.Settings, TimeProvider.System).Remove(_project.Id);
        Run(_path.Feeder, rounds: 5);
        Assert.Equal(0, _path.Feeder.GapBytes);
        Assert.Equal(0, Count());
        Assert.Equal(2, _path.Feeder.Statistics.Orphans);
    }

    [Fact]
    public async Task The_log_s_segments_are_gone_once_the_store_has_them()
    {
        await AppendAsync("one");
        Run(_path.Feeder, rounds: 3);
        Assert.True(LogHolds("198.51.100.77"));
        // The log's own thread begins the new segment; the next look deletes the old one.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (LogHolds("198.51.100.77"))
        {
            _path.Feeder.LetGo(TimeSpan.Zero);
            await Task.Delay(10, patience.Token);
        }
    }

    [Fact]
    public async Task Batches_written_beside_reading_are_stored_once_and_in_order_though_one_fails()
    {
        const int records = 90, each = 1000;
        for (var i = 0; i < records; i++)
        {
            var batch = NewBatch();
            for (var n = 0; n < each; n++)
            {
                batch.Events.Add(new IncomingEvent { Kind = EventKind.Interaction, Name = $"n{(i * each) + n}", Url = "https://shop.example/" });
            }

            Assert.True((await _path.Gate.AppendAsync(_project, batch, Cancel)).Accepted);
        }

        var (writes, beside) = (0, 0);
        var written = new List<string>();
        using var feeder = Feeder(batch =>
        {
            beside += Thread.CurrentThread.Name == "Sightline store" ? 1 : 0;
            if (++writes == 2)
            {
                throw new DuckDbException("IO Error: made up");
            }

            var stored = _path.Writer.Write(batch);
            written.AddRange(batch.Events.Select(item => item.Name));
            return stored;
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = Task.Factory.StartNew(() => feeder.Run(stop.Token), Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (feeder.GapBytes > 0)
        {
            await Task.Delay(10, Cancel);
        }

        await stop.CancelAsync();
        await running;
        Assert.Equal(Enumerable.Range(0, records * each).Select(n => $"n{n}"), written);
        Assert.Equal(records * each, Count());
        Assert.Equal(1, feeder.Statistics.Failures);
        Assert.True(beside >= 2, $"{beside} of {writes} writes were beside reading");
    }

    // Addresses rest in the log only until the store has the event.
    private bool LogHolds(string text) => Directory.EnumerateFiles(_directory.Log).Any(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal));

    private LogToStore Feeder(Func<StoreBatch, int> write) =>
        new(_path.Log, _path.Writer, _path.Enrichment, _path.Projects, TimeProvider.System, NullLogger<LogToStore>.Instance, write);

    private static void Run(LogToStore feeder, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            feeder.RunOnce();
        }
    }

    private long Count()
    {
        using var snapshot = _path.Store.OpenSnapshot(0, 0, long.MaxValue);
        return snapshot.Connection.ScalarLong($"SELECT count(*) FROM {snapshot.Events}") ?? 0;
    }

    private async Task AppendAsync(string name)
    {
        var batch = NewBatch();
        batch.Events.Add(new IncomingEvent { Kind = EventKind.Interaction, Name = name, Url = "https://shop.example/" });
        Assert.True((await _path.Gate.AppendAsync(_project, batch, Cancel)).Accepted);
    }

    private static EventBatch NewBatch() => new()
    {
        ReceivedBy = ReceivedBy.EventApi,
        ReceivedMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        ClientIp = "198.51.100.77",
        UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    };
}
