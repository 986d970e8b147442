using System.Globalization;
using Sightline.Store;
using Sightline.Store.DuckDb;

namespace Sightline.Benchmarks;

/// <summary>What each column takes: written alone into a file, in the order it rests in.</summary>
internal static class StoreColumns
{
    public static void Print(EventStore store, string directory)
    {
        using var snapshot = store.OpenSnapshot(0, long.MinValue, long.MaxValue);
        using var connection = store.Connect();
        var events = store.Sizes().Events;
        Console.WriteLine("    bytes an event: " + Columns(connection, snapshot.Events, "events", directory, events));
        Console.WriteLine("    bytes an event for visits: " + Columns(connection, "main.sessions", "sessions", directory, events));
        Console.WriteLine("    bytes an event for texts: " + Columns(connection, "main.strings", "strings", directory, events));
    }

    private static string Columns(DuckDbConnection connection, string from, string table, string directory, long events)
    {
        var names = new List<string>();
        using (var reader = connection.Query($"SELECT column_name FROM duckdb_columns() WHERE database_name = current_database() AND table_name = '{table}' ORDER BY column_index"))
        {
            while (reader.Read())
            {
                for (var row = 0; row < reader.Rows; row++)
                {
                    names.Add(reader.Column(0).Text(row));
                }
            }
        }

        var sizes = names.Select(name => (Name: name, Bytes: Alone(connection, from, name, directory) / events)).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{sizes.Sum(size => size.Bytes):F1} = ")
            + string.Join(", ", sizes.Where(size => size.Bytes >= 0.05).Select(size => string.Create(CultureInfo.InvariantCulture, $"{size.Name} {size.Bytes:F2}")));
    }

    /// <summary>Several times over, for a file consists of blocks of 256 KB.</summary>
    private static double Alone(DuckDbConnection connection, string from, string column, string directory)
    {
        const int times = 4;
        var path = Path.Combine(directory, "column.duckdb");
        connection.Execute($"ATTACH '{path}' AS scratch (STORAGE_VERSION 'latest'); CREATE TABLE scratch.alone AS SELECT \"{column}\" FROM {from} LIMIT 1; CHECKPOINT scratch");
        var empty = new FileInfo(path).Length;
        connection.Execute($"""
            DETACH scratch; ATTACH '{path}2' AS scratch (STORAGE_VERSION 'latest');
            CREATE TABLE scratch.alone AS {string.Join(" UNION ALL ", Enumerable.Repeat($"SELECT \"{column}\" FROM {from}", times))}; CHECKPOINT scratch
            """);
        var bytes = connection.ScalarLong("SELECT used_blocks * block_size FROM pragma_database_size() WHERE database_name = 'scratch'") ?? 0;
        connection.Execute("DETACH scratch");
        File.Delete(path);
        File.Delete(path + "2");
        return Math.Max(0, (bytes - empty) / (double)times);
    }
}
