using System.Globalization;
using System.Text.RegularExpressions;

namespace Sightline.Store.DuckDb;

/// <summary>Brings a database to the schema of this build: numbered scripts, each run once, each in one transaction with its number.</summary>
internal static partial class SchemaMigrations
{
    private const string Prefix = "Sightline.Store.DuckDb.Schema.";

    /// <summary>The scripts of this build, by number.</summary>
    public static IReadOnlyList<(int Version, string Sql)> Embedded { get; } = Load();

    public static int Current => Embedded[^1].Version;

    /// <summary>Runs what is missing.</summary>
    /// <returns>The version found; 0: the database was new.</returns>
    /// <exception cref="StoreFormatException">A newer build wrote the database.</exception>
    public static int Apply(DuckDbConnection connection, IReadOnlyList<(int Version, string Sql)> scripts, long nowMs)
    {
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_version(version INTEGER NOT NULL, applied_ms BIGINT NOT NULL)");
        var found = (int)(connection.ScalarLong("SELECT max(version) FROM schema_version") ?? 0);
        if (found > scripts[^1].Version)
        {
            throw new StoreFormatException(string.Create(CultureInfo.InvariantCulture,
                $"The store has schema version {found}; this build knows only {scripts[^1].Version}. Start the newer version of Sightline that wrote it."));
        }

        // By which are missing, not by the greatest number: scripts are written side by side, and a later number may have been first.
        var applied = Applied(connection);
        foreach (var (version, sql) in scripts)
        {
            if (!applied.Contains(version))
            {
                connection.InTransaction(() =>
                {
                    connection.Execute(sql);
                    connection.Execute(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO schema_version VALUES ({version}, {nowMs})"));
                });
            }
        }

        return found;
    }

    private static HashSet<int> Applied(DuckDbConnection connection)
    {
        var applied = new HashSet<int>();
        using var reader = connection.Query("SELECT version FROM schema_version");
        while (reader.Read())
        {
            foreach (var version in reader.Column(0).Values<int>())
            {
                applied.Add(version);
            }
        }

        return applied;
    }

    private static List<(int Version, string Sql)> Load()
    {
        var assembly = typeof(SchemaMigrations).Assembly;
        var scripts = new List<(int Version, string Sql)>();
        foreach (var name in assembly.GetManifestResourceNames())
        {
            var match = name.StartsWith(Prefix, StringComparison.Ordinal) ? FileName().Match(name[Prefix.Length..]) : Match.Empty;
            if (match.Success)
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                scripts.Add((int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), reader.ReadToEnd()));
            }
        }

        scripts.Sort((left, right) => left.Version.CompareTo(right.Version));
        return scripts;
    }

    [GeneratedRegex(@"^(\d{3})-[a-z0-9-]+\.sql$")]
    private static partial Regex FileName();
}
