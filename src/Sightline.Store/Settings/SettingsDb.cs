using Dapper;
using Microsoft.Data.Sqlite;

namespace Sightline.Store.Settings;

/// <summary>
/// The settings of a data directory: SQLite at <c>DATA/settings.db</c>. Any number of processes may have it open; each write is one
/// transaction under SQLite's write lock. Opening brings the schema up to date.
/// </summary>
public sealed class SettingsDb
{
    /// <summary>Name of the file within the data directory.</summary>
    public const string FileName = "settings.db";

    private readonly string _connectionString;

    private SettingsDb(string path)
    {
        Path = path;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            ForeignKeys = true,
            // A pool would keep the file open after a restore has replaced it.
            Pooling = false,
            DefaultTimeout = 30,
        }.ToString();
    }

    public string Path { get; }

    /// <summary>Raised after each committed write made through this object; other processes' writes show in <c>PRAGMA data_version</c>.</summary>
    public event Action? Written;

    /// <summary>Opens the settings of <paramref name="dataDirectory"/>, creating directory and file when missing.</summary>
    /// <exception cref="SettingsException">The file cannot be opened, or a newer version of Sightline wrote it.</exception>
    public static SettingsDb Open(string dataDirectory, TimeProvider time)
    {
        var path = System.IO.Path.Combine(dataDirectory, FileName);
        try
        {
            Directory.CreateDirectory(dataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            CreatePrivateFile(path);
            var db = new SettingsDb(path);
            using var connection = db.Connect();
            Migrations.Apply(connection, Migrations.Embedded, time.GetUtcNow().ToUnixTimeMilliseconds());
            return db;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"cannot open {path}: {e.Message}", e);
        }
    }

    /// <summary>Opens settings that must exist already, for verbs that have nothing to do without them.</summary>
    /// <exception cref="SettingsException">There are none, or they cannot be opened.</exception>
    public static SettingsDb OpenExisting(string dataDirectory, TimeProvider time) =>
        File.Exists(System.IO.Path.Combine(dataDirectory, FileName))
            ? Open(dataDirectory, time)
            : throw new SettingsException($"{dataDirectory} holds no Sightline data (no {FileName}); give the directory with --data");

    /// <summary>An open connection of its own; the caller disposes it.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            connection.Execute("PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public T Read<T>(Func<SqliteConnection, T> read)
    {
        using var connection = Connect();
        // One transaction, so that several SELECTs see one state.
        using var transaction = connection.BeginTransaction(deferred: true);
        return read(connection);
    }

    /// <summary>Runs <paramref name="write"/> in a transaction that holds the write lock from its first statement; commits unless it throws.</summary>
    public T Write<T>(Func<SqliteConnection, T> write)
    {
        T result;
        using (var connection = Connect())
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            result = write(connection);
            transaction.Commit();
        }

        Written?.Invoke();
        return result;
    }

    /// <summary>What SQLite finds damaged; empty when all is well.</summary>
    public IReadOnlyList<string> FindDamage()
    {
        using var connection = Connect();
        var faults = connection.Query<string>("PRAGMA integrity_check").Where(line => line != "ok").ToList();
        if (connection.Query("PRAGMA foreign_key_check").Any())
        {
            faults.Add("rows refer to a project that does not exist");
        }

        return faults;
    }

    // Token hashes and the visitor salts are in it: nobody else on the machine may read it. SQLite gives -wal and -shm the same mode.
    private static void CreatePrivateFile(string path)
    {
        if (!File.Exists(path))
        {
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }
    }
}
