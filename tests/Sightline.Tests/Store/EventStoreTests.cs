using Sightline.Store;
using Sightline.Store.DuckDb;

namespace Sightline.Tests.Store;

public sealed class EventStoreTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_snapshot_does_not_see_what_is_committed_after_it_was_opened()
    {
        using var store = EventStore.Open(_directory.Path, new EventStoreOptions(), TimeProvider.System);
        using (var snapshot = store.OpenSnapshot(1, 0, 1))
        {
            store.WriterConnection.Execute("UPDATE log_position SET position = 7");
            Assert.Equal(["main.events"], snapshot.EventTables);
            Assert.Equal(0, snapshot.Connection.ScalarLong("SELECT position FROM log_position"));
        }

        using var later = store.OpenSnapshot(1, 0, 1);
        Assert.Equal(7, later.Connection.ScalarLong("SELECT position FROM log_position"));
    }

    [Fact]
    public void A_snapshot_given_back_can_no_longer_be_used()
    {
        using var store = EventStore.Open(_directory.Path, new EventStoreOptions(), TimeProvider.System);
        var snapshot = store.OpenSnapshot(1, 0, 1);
        snapshot.Dispose();
        snapshot.Dispose();
        Assert.Throws<ObjectDisposedException>(() => snapshot.Connection);
    }

    [Fact]
    public void Closing_the_store_while_a_snapshot_is_open_breaks_nothing()
    {
        var store = EventStore.Open(_directory.Path, new EventStoreOptions(), TimeProvider.System);
        var snapshot = store.OpenSnapshot(1, 0, 1);
        store.Dispose();
        Assert.Equal(0, snapshot.Connection.ScalarLong("SELECT count(*) FROM main.events"));
        snapshot.Dispose();
        Assert.Throws<ObjectDisposedException>(() => store.OpenSnapshot(1, 0, 1));
    }

    [Fact]
    public void An_older_schema_is_upgraded_once_and_keeps_its_rows()
    {
        using var database = DuckDbDatabase.Open(_directory.File("a.duckdb"), new DuckDbOptions());
        using var connection = database.Connect();
        (int, string)[] old = [(1, "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1);")];
        (int, string)[] current = [.. old, (2, "ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 5"), (3, "UPDATE t SET a = a + 1")];
        Assert.Equal(0, SchemaMigrations.Apply(connection, old, 1));
        Assert.Equal(1, SchemaMigrations.Apply(connection, current, 2));
        Assert.Equal(3, SchemaMigrations.Apply(connection, current, 3));
        Assert.Equal(25, connection.ScalarLong("SELECT a * 10 + b FROM t"));
        Assert.Throws<StoreFormatException>(() => SchemaMigrations.Apply(connection, old, 4));
    }

    [Fact]
    public void A_script_that_was_passed_over_is_run_though_a_later_one_was()
    {
        using var database = DuckDbDatabase.Open(_directory.File("a.duckdb"), new DuckDbOptions());
        using var connection = database.Connect();
        (int, string)[] early = [(1, "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1);"), (20, "CREATE TABLE u(a INTEGER)")];
        (int, string)[] current = [early[0], (5, "UPDATE t SET a = a + 1"), early[1]];
        Assert.Equal(0, SchemaMigrations.Apply(connection, early, 1));
        Assert.Equal(20, SchemaMigrations.Apply(connection, current, 2));
        Assert.Equal(20, SchemaMigrations.Apply(connection, current, 3));
        Assert.Equal(2, connection.ScalarLong("SELECT a FROM t"));
    }

    [Fact]
    public void A_store_of_the_first_schema_opens_and_takes_events()
    {
        using (var database = DuckDbDatabase.Open(_directory.File("main.duckdb"), new DuckDbOptions()))
        using (var connection = database.Connect())
        {
            SchemaMigrations.Apply(connection, [SchemaMigrations.Embedded[0]], 1);
            connection.Execute("INSERT INTO dedup_keys VALUES (1, 7, 1700000000000)");
        }

        System.IO.Directory.CreateDirectory(_directory.File("store"));
        File.Move(_directory.File("main.duckdb"), _directory.File("store/main.duckdb"));
        using var store = EventStore.Open(_directory.Path, new EventStoreOptions(), TimeProvider.System);
        using var writer = store.CreateWriter();
        var batch = new StoreBatch { UpTo = new Core.Model.LogPosition(1) };
        batch.Events.AddRange([StoreWriterTests.Keyed(7), StoreWriterTests.Keyed(8, isRetry: true)]);
        Assert.Equal(1, writer.Write(batch));
        Assert.Equal(SchemaMigrations.Current, store.WriterConnection.ScalarLong("SELECT max(version) FROM schema_version"));
    }

    [Fact]
    public void A_migration_that_fails_leaves_nothing_behind()
    {
        using var database = DuckDbDatabase.Open(_directory.File("a.duckdb"), new DuckDbOptions());
        using var connection = database.Connect();
        Assert.Throws<DuckDbException>(() => SchemaMigrations.Apply(connection, [(1, "CREATE TABLE t(a INTEGER); SELECT * FROM missing;")], 1));
        Assert.Equal(0, connection.ScalarLong("SELECT count(*) FROM duckdb_tables() WHERE table_name = 't'"));
        Assert.Equal(0, SchemaMigrations.Apply(connection, [(1, "CREATE TABLE t(a INTEGER)")], 1));
    }

    [Fact]
    public void Generations_count_changes_by_day_and_by_project()
    {
        var generations = new DayGenerations();
        var before = generations.Get(1, 10);
        generations.Bump(1, 10);
        var bumped = generations.Get(1, 10);
        Assert.NotEqual(before, bumped);
        Assert.Equal(before, generations.Get(1, 11));
        Assert.Equal(before, generations.Get(2, 10));
        generations.BumpAll(1);
        Assert.NotEqual(bumped, generations.Get(1, 10));
        Assert.NotEqual(before, generations.Get(1, 11));
        Assert.Equal(before, generations.Get(2, 10));
        Assert.Equal(-1, DayGenerations.UtcDay(-1));
        Assert.Equal(-1, DayGenerations.UtcDay(-86_400_000));
        Assert.Equal(0, DayGenerations.UtcDay(86_399_999));
        Assert.Equal(1, DayGenerations.UtcDay(86_400_000));
    }
}
