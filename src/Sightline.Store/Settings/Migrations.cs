using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sightline.Store.Settings;

/// <summary>One step of the settings' schema: <c>Migrations/NNN-name.sql</c>.</summary>
internal sealed record Migration(int Version, string Name, string Sql);

/// <summary>Brings a settings file to the newest schema: all missing steps in one transaction under the write lock, or none.</summary>
internal static class Migrations
{
    private const string Folder = ".Settings.Migrations.";

    public static IReadOnlyList<Migration> Embedded { get; } = ReadEmbedded();

    /// <exception cref="SettingsException">The file's schema is newer than the newest of <paramref name="migrations"/>.</exception>
    public static void Apply(SqliteConnection connection, IReadOnlyList<Migration> migrations, long nowMs)
    {
        var newest = migrations[^1].Version;
        // The usual case, an up-to-date file, must not wait for another process's write.
        if (CurrentVersion(connection) == newest && Missing(connection, migrations).Count == 0)
        {
            return;
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        var current = CurrentVersion(connection);
        if (current > newest)
        {
            throw new SettingsException(
                $"{connection.DataSource} was written by a newer Sightline (schema {current}; this one knows up to {newest}): run that version, or restore an older backup");
        }

        connection.Execute("CREATE TABLE IF NOT EXISTS schema_versions(version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_ms INTEGER NOT NULL)");
        foreach (var migration in Missing(connection, migrations))
        {
            connection.Execute(migration.Sql);
            connection.Execute("INSERT INTO schema_versions VALUES (@Version, @Name, @nowMs)", new { migration.Version, migration.Name, nowMs });
        }

        transaction.Commit();
    }

    public static int CurrentVersion(SqliteConnection connection) =>
        connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'schema_versions')")
            ? connection.ExecuteScalar<int>("SELECT COALESCE(MAX(version), 0) FROM schema_versions")
            : 0;

    // By what stands in the table, not by the greatest number: steps that were made side by side may come in either order.
    private static List<Migration> Missing(SqliteConnection connection, IReadOnlyList<Migration> migrations)
    {
        var applied = connection.Query<int>("SELECT version FROM schema_versions").ToHashSet();
        return [.. migrations.Where(m => !applied.Contains(m.Version))];
    }

    private static List<Migration> ReadEmbedded()
    {
        var assembly = typeof(Migrations).Assembly;
        var migrations = new List<Migration>();
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            var at = resource.IndexOf(Folder, StringComparison.Ordinal);
            if (at >= 0)
            {
                var name = resource[(at + Folder.Length)..^".sql".Length];
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                migrations.Add(new Migration(int.Parse(name.AsSpan(0, 3), CultureInfo.InvariantCulture), name[4..], reader.ReadToEnd()));
            }
        }

        migrations.Sort((a, b) => a.Version.CompareTo(b.Version));
        return migrations;
    }
}
