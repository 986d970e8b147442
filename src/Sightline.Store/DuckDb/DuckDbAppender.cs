namespace Sightline.Store.DuckDb;

/// <summary>Appends data chunks to a table, in the connection's transaction. Nothing is certain to be in the table before <see cref="Flush"/>.</summary>
internal sealed unsafe class DuckDbAppender : IDisposable
{
    private readonly DuckDbAppenderHandle _handle;

    /// <param name="connection">Whose transaction the rows belong to.</param>
    /// <param name="table">Table of schema <c>main</c>.</param>
    /// <param name="catalog">Attached database, or <c>temp</c>; <see langword="null"/>: the connection's own.</param>
    public DuckDbAppender(DuckDbConnection connection, string table, string? catalog = null)
    {
        var status = DuckDbNative.duckdb_appender_create_ext(connection.Handle, catalog, catalog is null ? null : "main", table, out var appender);
        if (status != DuckDbNative.Success)
        {
            var message = DuckDbNative.Text(DuckDbNative.duckdb_appender_error(appender)) ?? $"DuckDB cannot append to {table}.";
            _ = DuckDbNative.duckdb_appender_destroy(ref appender);
            throw new DuckDbException(message);
        }

        _handle = new DuckDbAppenderHandle(connection.Handle, appender);
    }

    /// <summary>Appends the first rows of a chunk; the chunk may be filled anew at once.</summary>
    public void Append(DuckDbRows rows, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, DuckDbRows.Capacity);
        DuckDbNative.duckdb_data_chunk_set_size(rows.Chunk, (ulong)count);
        Check(DuckDbNative.duckdb_append_data_chunk(_handle, rows.Chunk));
    }

    public void Flush() => Check(DuckDbNative.duckdb_appender_flush(_handle));

    public void Dispose() => _handle.Dispose();

    private void Check(int status)
    {
        if (status != DuckDbNative.Success)
        {
            throw new DuckDbException(DuckDbNative.Text(DuckDbNative.duckdb_appender_error(_handle.DangerousGetHandle())) ?? "DuckDB cannot append.");
        }
    }
}
