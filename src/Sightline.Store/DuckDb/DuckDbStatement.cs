using System.Text;

namespace Sightline.Store.DuckDb;

/// <summary>A prepared statement; parameters are numbered from 1 (<c>$1</c>) and stay bound until bound anew.</summary>
internal sealed unsafe class DuckDbStatement(DuckDbConnection connection, DuckDbStatementHandle handle) : IDisposable
{
    public DuckDbStatement Bind(int index, long value) => Check(index, DuckDbNative.duckdb_bind_int64(handle, (ulong)index, value));

    public DuckDbStatement Bind(int index, ulong value) => Check(index, DuckDbNative.duckdb_bind_uint64(handle, (ulong)index, value));

    public DuckDbStatement Bind(int index, double value) => Check(index, DuckDbNative.duckdb_bind_double(handle, (ulong)index, value));

    public DuckDbStatement Bind(int index, bool value) => Check(index, DuckDbNative.duckdb_bind_boolean(handle, (ulong)index, value ? (byte)1 : (byte)0));

    public DuckDbStatement BindNull(int index) => Check(index, DuckDbNative.duckdb_bind_null(handle, (ulong)index));

    public DuckDbStatement Bind(int index, string? value) => value is null ? BindNull(index) : BindText(index, Encoding.UTF8.GetBytes(value));

    /// <summary>Binds valid UTF-8 as VARCHAR.</summary>
    public DuckDbStatement BindText(int index, ReadOnlySpan<byte> utf8)
    {
        fixed (byte* text = utf8)
        {
            byte none = 0;
            return Check(index, DuckDbNative.duckdb_bind_varchar_length(handle, (ulong)index, text is null ? &none : text, (ulong)utf8.Length));
        }
    }

    public DuckDbStatement BindBlob(int index, ReadOnlySpan<byte> value)
    {
        fixed (byte* data = value)
        {
            byte none = 0;
            return Check(index, DuckDbNative.duckdb_bind_blob(handle, (ulong)index, data is null ? &none : data, (ulong)value.Length));
        }
    }

    /// <returns>Rows changed.</returns>
    public long Execute(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        using var interruption = Interruption.Of(connection, cancel);
        var status = DuckDbNative.duckdb_execute_prepared(handle, out var result);
        return DuckDbConnection.Finish(status, ref result, cancel);
    }

    /// <summary>Runs the statement and streams its result.</summary>
    public DuckDbReader Query(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var interruption = Interruption.Of(connection, cancel);
        nint pending = 0;
        try
        {
            if (DuckDbNative.duckdb_pending_prepared_streaming(handle, out pending) != DuckDbNative.Success)
            {
                throw DuckDbConnection.Failure(DuckDbNative.Text(DuckDbNative.duckdb_pending_error(pending)), cancel);
            }

            if (DuckDbNative.duckdb_execute_pending(pending, out var result) != DuckDbNative.Success)
            {
                var message = DuckDbNative.Text(DuckDbNative.duckdb_result_error(ref result))
                    ?? DuckDbNative.Text(DuckDbNative.duckdb_pending_error(pending));
                DuckDbNative.duckdb_destroy_result(ref result);
                throw DuckDbConnection.Failure(message, cancel);
            }

            var reader = new DuckDbReader(new DuckDbResultHandle(connection.Handle, result), interruption, cancel);
            interruption = null;
            return reader;
        }
        finally
        {
            DuckDbNative.duckdb_destroy_pending(ref pending);
            interruption?.Dispose();
        }
    }

    public void Dispose() => handle.Dispose();

    private DuckDbStatement Check(int index, int status) =>
        status == DuckDbNative.Success ? this : throw new DuckDbException($"DuckDB refuses parameter {index}.");
}
