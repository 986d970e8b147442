using Dapper;
using Microsoft.Data.Sqlite;

namespace Sightline.Store.Settings;

/// <summary>Copies settings that other connections and processes may be writing: SQLite's own online backup.</summary>
public static class SettingsCopy
{
    /// <summary>SQLITE_FULL, and what the system calls the same.</summary>
    private const int Full = 13;
    private const int NoSpace = 28;

    /// <summary>One state of <paramref name="from"/>, without changing its schema.</summary>
    /// <exception cref="IOException">The disk of <paramref name="to"/> is full.</exception>
    /// <exception cref="SettingsException">It cannot be read, or not be written there.</exception>
    public static void Run(string from, string to)
    {
        try
        {
            using var source = Open(from, SqliteOpenMode.ReadWrite);
            source.Execute("PRAGMA busy_timeout = 30000");
            using var target = Open(to, SqliteOpenMode.ReadWriteCreate);
            source.BackupDatabase(target);
            // The copy is one file: nothing of it in a write-ahead log beside it.
            target.Execute("PRAGMA journal_mode = DELETE");
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == Full)
        {
            throw new IOException($"no space left for {to}", failure) { HResult = NoSpace };
        }
        catch (SqliteException failure)
        {
            throw new SettingsException($"cannot copy {from} to {to}: {failure.Message}", failure);
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
