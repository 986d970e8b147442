namespace Sightline.Store.DuckDb;

/// <summary>
/// One connection: one statement at a time, by one thread at a time (only <see cref="Interrupt"/> may come from another). While a
/// reader is open nothing else may run on its connection.
/// </summary>
internal sealed unsafe class DuckDbConnection(DuckDbConnectionHandle handle) : IDisposable
{
    internal DuckDbConnectionHandle Handle => handle;

    /// <summary>Runs one or more statements without parameters.</summary>
    /// <returns>Rows changed by the last one.</returns>
    /// <exception cref="DuckDbException">The engine refused.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> interrupted it.</exception>
    public long Execute(string sql, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        using var interruption = Interruption.Of(this, cancel);
        var status = DuckDbNative.duckdb_query(handle, sql, out var result);
        return Finish(status, ref result, cancel);
    }

    public DuckDbStatement Prepare(string sql)
    {
        if (DuckDbNative.duckdb_prepare(handle, sql, out var statement) != DuckDbNative.Success)
        {
            var message = DuckDbNative.Text(DuckDbNative.duckdb_prepare_error(statement)) ?? "DuckDB cannot prepare the statement.";
            DuckDbNative.duckdb_destroy_prepare(ref statement);
            throw new DuckDbException(message);
        }

        return new DuckDbStatement(this, new DuckDbStatementHandle(handle, statement));
    }

    /// <summary>Runs one statement and streams its result: the engine computes as chunks are read.</summary>
    public DuckDbReader Query(string sql, CancellationToken cancel = default)
    {
        // The reader has what it needs of the prepared statement; the engine counts references itself.
        using var statement = Prepare(sql);
        return statement.Query(cancel);
    }

    /// <summary>First column of the first row as a 64-bit number; <see langword="null"/>: no row, or NULL there.</summary>
    public long? ScalarLong(string sql, CancellationToken cancel = default)
    {
        using var reader = Query(sql, cancel);
        return reader.ScalarLong();
    }

    /// <summary>First column of the first row as text; <see langword="null"/>: no row, or NULL there.</summary>
    public string? ScalarText(string sql, CancellationToken cancel = default)
    {
        using var reader = Query(sql, cancel);
        return reader.ScalarText();
    }

    /// <summary>Stops the statement that is running, if one is; it fails as interrupted and the connection stays usable.</summary>
    public void Interrupt()
    {
        if (!handle.IsClosed)
        {
            DuckDbNative.duckdb_interrupt(handle);
        }
    }

    public void Dispose() => handle.Dispose();

    internal static long Finish(int status, ref DuckDbNativeResult result, CancellationToken cancel)
    {
        try
        {
            return status == DuckDbNative.Success
                ? (long)DuckDbNative.duckdb_rows_changed(ref result)
                : throw Failure(DuckDbNative.Text(DuckDbNative.duckdb_result_error(ref result)), cancel);
        }
        finally
        {
            DuckDbNative.duckdb_destroy_result(ref result);
        }
    }

    internal static Exception Failure(string? message, CancellationToken cancel)
    {
        var failure = new DuckDbException(message ?? "DuckDB failed without a message.");
        // An interrupt has several messages, by the step it hits; and who has left does not care for another one.
        return cancel.IsCancellationRequested && !failure.IsFatal ? new OperationCanceledException(failure.Message, failure, cancel) : failure;
    }
}
