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

    /// <summary>An event of August, one of September and two of October, all of project 1.</summary>
    private void Fill()
    {
        using var store = EventStore.Open(_data, new EventStoreOptions(), _clock);
        using var writer = store.CreateWriter();
        var batch = new StoreBatch { UpTo = new LogPosition(100) };
        batch.Received.Add(new ReceivedCount(1, _clock.GetUtcNow().ToUnixTimeMilliseconds(), ReceivedBy.EventApi, 4));
        foreach (var (month, day) in ((int, int)[])[(8, 3), (9, 4), (10, 5), (10, 19)])
        {
            batch.Events.Add(new Event
            {
                Project = 1,
                ReceivedBy = ReceivedBy.EventApi,
                ReceivedMs = _clock.GetUtcNow().ToUnixTimeMilliseconds(),
                TimeMs = new DateTimeOffset(2026, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(),
                Kind = EventKind.PageView,
                Name = "pageview",
                Path = $"/{month}/{day}",
                Visitor = (ulong)month,
                Visit = new VisitContext(),
            });
        }

        writer.Write(batch);
    }

    private void Run(ServeOptions options, Action<DataPath, StoreKeeper> test)
    {
        using var directory = DataDirectory.Take(_data);
        using var path = new DataPath(directory, options, _clock, NullLoggerFactory.Instance);
        using var keeper = new StoreKeeper(path, NullLogger<StoreKeeper>.Instance);
        test(path, keeper);
    }
}
