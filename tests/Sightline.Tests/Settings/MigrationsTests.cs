using Dapper;
using Microsoft.Data.Sqlite;
using Sightline.Store.Settings;

namespace Sightline.Tests.Settings;

public sealed class MigrationsTests : IDisposable
{
    private static readonly Migration First = new(1, "people", "CREATE TABLE people(name TEXT); INSERT INTO people VALUES ('Ada');");
    private static readonly Migration Second = new(2, "age", "ALTER TABLE people ADD COLUMN age INTEGER NOT NULL DEFAULT 36;");
    private static readonly Migration Broken = new(3, "broken", "CREATE TABLE half(x); INSERT INTO nowhere VALUES (1);");

    private readonly TempData data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public void Embedded_steps_have_numbers_of_their_own()
    {
        Assert.NotEmpty(Migrations.Embedded);
        Assert.Equal(Migrations.Embedded.Select(m => m.Version).Distinct().Order(), Migrations.Embedded.Select(m => m.Version));
    }

    [Fact]
    public void A_step_made_beside_another_is_applied_even_when_its_number_is_less()
    {
        using var connection = NewFile();
        Migration third = new(3, "pets", "CREATE TABLE pets(name TEXT);");
        Migrations.Apply(connection, [First, third], 1);
        Migrations.Apply(connection, [First, Second, third], 2);
        Assert.Equal([1, 2, 3], connection.Query<int>("SELECT version FROM schema_versions ORDER BY version"));
        Assert.Equal(("Ada", 36L), connection.QuerySingle<(string, long)>("SELECT name, age FROM people"));
    }

    [Fact]
    public void A_fresh_directory_gets_every_step_and_opens_again_unchanged()
    {
        var db = data.Open();
        Assert.Equal(Migrations.Embedded[^1].Version, db.Read(Migrations.CurrentVersion));
        Assert.Equal(Migrations.Embedded.Select(m => m.Name), db.Read(c => c.Query<string>("SELECT name FROM schema_versions ORDER BY version").ToList()));
        var before = new ProjectStore(db, data.Time).Add("Shop");
        Assert.Equal(before.PublicKey, Assert.Single(new ProjectStore(data.Open(), data.Time).List()).PublicKey);
    }

    [Fact]
    public void An_older_file_is_brought_up_to_date_and_keeps_its_rows()
    {
        using var connection = NewFile();
        Migrations.Apply(connection, [First], 1);
        Migrations.Apply(connection, [First, Second], 2);
        Assert.Equal(("Ada", 36L), connection.QuerySingle<(string, long)>("SELECT name, age FROM people"));
        Assert.Equal([1L, 2L], connection.Query<long>("SELECT applied_ms FROM schema_versions ORDER BY version"));
    }

    [Fact]
    public void A_newer_file_is_refused_with_a_line_that_says_what_to_do()
    {
        data.Open().Write(c => c.Execute("INSERT INTO schema_versions VALUES (999, 'from-the-future', 0)"));
        var refusal = Assert.Throws<SettingsException>(() => data.Open());
        Assert.Contains("newer Sightline (schema 999", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void A_step_that_fails_leaves_nothing_behind()
    {
        using var connection = NewFile();
        Migrations.Apply(connection, [First], 1);
        Assert.Throws<SqliteException>(() => Migrations.Apply(connection, [First, Second, Broken], 2));
        Assert.Equal(1, Migrations.CurrentVersion(connection));
        Assert.Equal(["people", "schema_versions"], connection.Query<string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"));
        Assert.Equal(["name"], connection.Query<string>("SELECT name FROM pragma_table_info('people')"));
    }

    [Fact]
    public async Task Several_openings_at_once_apply_each_step_once()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => data.Open().Read(Migrations.CurrentVersion), TestContext.Current.CancellationToken)));
        Assert.All(versions, version => Assert.Equal(Migrations.Embedded[^1].Version, version));
    }

    [Fact]
    public void A_file_that_is_no_database_is_named()
    {
        File.WriteAllText(Path.Combine(data.Path, SettingsDb.FileName), new string('x', 4096));
        Assert.Contains(SettingsDb.FileName, Assert.Throws<SettingsException>(() => data.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_without_settings_is_not_created_by_those_who_only_read()
    {
        var missing = Path.Combine(data.Path, "missing");
        Assert.Contains("--data", Assert.Throws<SettingsException>(() => SettingsDb.OpenExisting(missing, data.Time)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(missing));
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void Only_the_owner_may_read_the_file()
    {
        data.Open();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data.Path, SettingsDb.FileName)));
    }

    private SqliteConnection NewFile()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(data.Path, "test.db")};Pooling=False");
        connection.Open();
        return connection;
    }
}
