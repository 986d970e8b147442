using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Server;
using Sightline.Server.Health;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Write;

public sealed class StoreKeeperTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("sightline-keeper-").FullName;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 10, 20, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void A_round_settles_one_past_month_and_metrics_tell_its_size()
    {
        Fill();
        Run(new ServeOptions { Data = _data }, (path, keeper) =>
        {
            keeper.RunOnce(TestContext.Current.CancellationToken);
            Assert.Equal(1, path.Store.Files().Months);
            _clock.Advance(TimeSpan.FromSeconds(10));
            keeper.RunOnce(TestContext.Current.CancellationToken);
            Assert.Equal((2, 4L, 2L), (path.Store.Files().Months, path.Store.Sizes().Events, path.Store.Sizes().SettledEvents));
            var text = new MetricsText();
            OwnNumbers.Tell(text, path);
            var metrics = text.ToString().Split('\n');
            Assert.Contains("sightline_store_month_files 2", metrics);
            Assert.Contains($"sightline_store_bytes{{file=\"months\"}} {path.Store.Files().MonthBytes}", metrics);
        });
    }

    [Fact]
    public void No_month_is_settled_before_its_time_or_while_the_disk_is_low()
    {
        Fill();
        Run(new ServeOptions { Data = _data, SettleAfterDays = 100 }, (path, keeper) =>
        {
            keeper.RunOnce(TestContext.Current.CancellationToken);
            Assert.Equal(0, path.Store.Files().Months);
        });
        Run(new ServeOptions { Data = _data, MinFreeDiskBytes = 1L << 60 }, (path, keeper) =>
        {
            keeper.RunOnce(TestContext.Current.CancellationToken);
            Assert.Equal(0, path.Store.Files().Months);
        });
    }

    [Fact]
    public void Retention_removes_files_of_months_that_are_over()
    {
        Fill();
        new ProjectStore(SettingsDb.Open(_data, _clock), _clock).Add("Shop", new ProjectChange { RetentionDays = 30 });
        Run(new ServeOptions { Data = _data }, (path, keeper) =>
        {
            for (var round = 0; round < 3; round++)
            {
                keeper.RunOnce(TestContext.Current.CancellationToken);
                _clock.Advance(TimeSpan.FromHours(1));
            }

            Assert.Equal((0, 2L), (path.Store.Files().Months, path.Store.Sizes().Events));
            Assert.Empty(Directory.GetFiles(Path.Combine(_data, "store"), "events-*"));
            Assert.Empty(path.Store.CheckIntegrity());
        });
    }

    [Fact]
    public void Few_changes_wait_half_an_hour_for_their_checkpoint_many_and_erased_ones_do_not()
    {
        Run(new ServeOptions { Data = _data }, (path, keeper) =>
        {
            var position = 0L;
            long LogBytes(TimeSpan later)
            {
                _clock.Advance(later);
                keeper.RunOnce(TestContext.Current.CancellationToken);
                return path.Store.Files().LogBytes;
            }

            void Write(int events)
            {
                var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
                var batch = new StoreBatch { UpTo = new LogPosition(position += 100) };
                batch.Received.Add(new ReceivedCount(1, now, ReceivedBy.EventApi, (uint)events));
                batch.Events.AddRange(Enumerable.Range(0, events).Select(at => NewEvent(now, $"/{position}/{at}", (ulong)at + 1)));
                path.Writer.Write(batch);
            }

            LogBytes(TimeSpan.Zero);
            Assert.Equal(0, LogBytes(TimeSpan.FromMinutes(30)));
            Write(1);
            Assert.NotEqual(0, LogBytes(TimeSpan.FromSeconds(10)));
            Assert.NotEqual(0, LogBytes(TimeSpan.FromMinutes(29)));
            Assert.Equal(0, LogBytes(TimeSpan.FromMinutes(1)));
            Write(20_000);
            Assert.Equal(0, LogBytes(TimeSpan.FromSeconds(10)));
            Write(1);
            path.Store.Maintenance.RemoveProject(1);
            Assert.Equal(0, LogBytes(TimeSpan.FromSeconds(10)));

            // What a reader holds off is tried again by the next round.
            Write(20_000);
            using (path.Store.OpenSnapshot(1, 0, Core.Queries.ZoneCalendar.MaxMs))
            {
                path.Store.Maintenance.RemoveProject(1);
                LogBytes(TimeSpan.FromSeconds(10));
            }

            Assert.Equal(0, LogBytes(TimeSpan.FromSeconds(10)));
            Write(1);
        });
        // What waited is there after the next start.
        Run(new ServeOptions { Data = _data }, (path, _) => Assert.Equal(1, path.Store.Sizes().Events));
    }

    /// <summary>An event of August, one of September and two of October, all of project 1.</summary>
    private void Fill()
    {
        using var store = EventStore.Open(_data, new EventStoreOptions(), _clock);
        using var writer = store.CreateWriter();
        var batch = new StoreBatch { UpTo = new LogPosition(100) };
        batch.Received.Add(new ReceivedCount(1, _clock.GetUtcNow().ToUnixTimeMilliseconds(), ReceivedBy.EventApi, 4));
        foreach (var (month, day) in ((int, int)[])[(8, 3), (9, 4), (10, 5), (10, 19)])
        {
            batch.Events.Add(NewEvent(new DateTimeOffset(2026, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), $"/{month}/{day}", (ulong)month));
        }

        writer.Write(batch);
    }

    private Event NewEvent(long timeMs, string path, ulong visitor) => new()
    {
        Project = 1,
        ReceivedBy = ReceivedBy.EventApi,
        ReceivedMs = _clock.GetUtcNow().ToUnixTimeMilliseconds(),
        TimeMs = timeMs,
        Kind = EventKind.PageView,
        Name = "pageview",
        Path = path,
        Visitor = visitor,
        Visit = new VisitContext(),
    };

    private void Run(ServeOptions options, Action<DataPath, StoreKeeper> test)
    {
        using var directory = DataDirectory.Take(_data);
        using var path = new DataPath(directory, options, _clock, NullLoggerFactory.Instance);
        using var keeper = new StoreKeeper(path, NullLogger<StoreKeeper>.Instance);
        test(path, keeper);
    }
}
