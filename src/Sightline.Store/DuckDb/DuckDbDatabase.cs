using System.Globalization;

namespace Sightline.Store.DuckDb;

/// <summary>An open database file. Safe for many threads; each thread needs a connection of its own.</summary>
internal sealed class DuckDbDatabase : IDisposable
{
    public const string InMemory = ":memory:";

    private readonly DuckDbDatabaseHandle _handle;
    private readonly long _streamingBufferBytes;

    private DuckDbDatabase(DuckDbDatabaseHandle handle, long streamingBufferBytes) => (_handle, _streamingBufferBytes) = (handle, streamingBufferBytes);

    public static unsafe string Version => DuckDbNative.Text(DuckDbNative.duckdb_library_version()) ?? "";

    public static unsafe DuckDbDatabase Open(string path, DuckDbOptions options)
    {
        if (DuckDbNative.duckdb_create_config(out var config) != DuckDbNative.Success)
        {
            throw new DuckDbException("DuckDB gives no configuration.");
        }

        try
        {
            Set(config, "autoload_known_extensions", "false");
            Set(config, "autoinstall_known_extensions", "false");
            Set(config, "storage_compatibility_version", "latest");
            Set(config, "checkpoint_threshold", options.CheckpointThreshold);
            if (options.Threads > 0)
            {
                Set(config, "threads", options.Threads.ToString(CultureInfo.InvariantCulture));
            }

            if (options.MemoryLimit is not null)
            {
                Set(config, "memory_limit", options.MemoryLimit);
            }

            if (options.ReadOnly)
            {
                Set(config, "access_mode", "READ_ONLY");
            }

            if (DuckDbNative.duckdb_open_ext(path, out var database, config, out var error) != DuckDbNative.Success)
            {
                var message = DuckDbNative.Text(error) ?? $"DuckDB cannot open {path}.";
                DuckDbNative.duckdb_free(error);
                throw new DuckDbException(message);
            }

            return new DuckDbDatabase(new DuckDbDatabaseHandle(database), options.StreamingBufferBytes);
        }
        finally
        {
            DuckDbNative.duckdb_destroy_config(ref config);
        }
    }

    public DuckDbConnection Connect()
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        DuckDbConnection connection = new(new DuckDbConnectionHandle(_handle));
        if (_streamingBufferBytes > 0)
        {
            // The engine takes it of connections only.
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"SET streaming_buffer_size = '{_streamingBufferBytes >> 10}KiB'"));
        }

        return connection;
    }

    /// <summary>Closes the file once every connection is disposed too.</summary>
    public void Dispose() => _handle.Dispose();

    private static void Set(nint config, string name, string value)
    {
        if (DuckDbNative.duckdb_set_config(config, name, value) != DuckDbNative.Success)
        {
            throw new DuckDbException($"DuckDB refuses the setting {name} = {value}.");
        }
    }
}
