using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Tests.Store;

/// <summary>What a process that dies leaves behind: the files as they are, the write-ahead log cut anywhere.</summary>
public sealed class StoreCrashTests
{
    private const long Start = 1_700_000_000_000;

    [Fact]
    public void However_much_of_the_log_survives_rows_and_position_are_of_one_moment()
    {
        using var fixture = new StoreFixture();
        var store = Path.Combine(fixture.Directory, "store");
        fixture.Write(Batch(0));
        Assert.True(fixture.Store.Maintenance.Checkpoint());
        var whole = new List<(long LogBytes, long Events)> { (0, 10) };
        for (var i = 1; i <= 4; i++)
        {
            fixture.Write(Batch(i));
            whole.Add((new FileInfo(Path.Combine(store, "main.duckdb.wal")).Length, 10 * (i + 1)));
        }

        var log = ReadShared(Path.Combine(store, "main.duckdb.wal"));
        var main = ReadShared(Path.Combine(store, "main.duckdb"));
        var cuts = Enumerable.Range(0, 24).Select(i => log.Length * i / 24).Concat(whole.Select(w => (int)w.LogBytes)).Append(log.Length - 1).Distinct();
        foreach (var cut in cuts)
        {
            using var copy = new TempDirectory();
            Directory.CreateDirectory(copy.File("store"));
            File.WriteAllBytes(Path.Combine(copy.File("store"), "main.duckdb"), main);
            if (cut > 0)
            {
                File.WriteAllBytes(Path.Combine(copy.File("store"), "main.duckdb.wal"), log[..cut]);
            }

            using var reopened = EventStore.Open(copy.Path, new EventStoreOptions { Threads = 1 }, TimeProvider.System);
            using var writer = reopened.CreateWriter();
            var survived = whole.FindLastIndex(w => w.LogBytes <= cut);
            Assert.Equal(new LogPosition(survived + 1), writer.Position);
            Assert.Equal(whole[survived].Events, reopened.Sizes().Events);
            Assert.Empty(reopened.CheckIntegrity());

            // What the log of requests still holds is given again; nothing is missing and nothing twice.
            for (var i = 0; i <= 4; i++)
            {
                var batch = new StoreBatch { UpTo = new LogPosition(i + 1) };
                batch.Events.AddRange(Batch(i));
                batch.Received.Add(new ReceivedCount(1, Start, ReceivedBy.EventApi, 10));
                writer.Write(batch);
            }

            Assert.Equal(50, reopened.Sizes().Events);
            Assert.Equal(10, reopened.Sizes().Sessions);
            Assert.Empty(reopened.CheckIntegrity());
        }
    }

    [Fact]
    public void A_transaction_that_was_never_committed_is_not_there_after_a_restart()
    {
        using var fixture = new StoreFixture();
        fixture.Write(Batch(0));
        fixture.Store.WriterConnection.Execute("BEGIN; DELETE FROM events; UPDATE log_position SET position = 99");
        var store = Path.Combine(fixture.Directory, "store");
        using (var copy = new TempDirectory())
        {
            Directory.CreateDirectory(copy.File("store"));
            File.WriteAllBytes(Path.Combine(copy.File("store"), "main.duckdb"), ReadShared(Path.Combine(store, "main.duckdb")));
            File.WriteAllBytes(Path.Combine(copy.File("store"), "main.duckdb.wal"), ReadShared(Path.Combine(store, "main.duckdb.wal")));
            using var reopened = EventStore.Open(copy.Path, new EventStoreOptions(), TimeProvider.System);
            Assert.Equal(new LogPosition(1), reopened.StoredPosition());
            Assert.Equal(10, reopened.Sizes().Events);
        }

        fixture.Store.WriterConnection.Execute("ROLLBACK");
    }

    private static Event[] Batch(int number) =>
        [.. Enumerable.Range(1, 10).Select(visitor => StoreFixture.PageView((ulong)visitor, Start + (number * 60_000), $"/page-{number}-{visitor}"))];

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
