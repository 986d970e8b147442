using Microsoft.Win32.SafeHandles;

namespace Sightline.Store.DuckDb;

/// <summary>A database instance. Connections hold a reference, so it closes after the last of them whatever the order of disposing.</summary>
internal sealed class DuckDbDatabaseHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public DuckDbDatabaseHandle(nint value) : base(true) => SetHandle(value);

    protected override bool ReleaseHandle()
    {
        DuckDbNative.duckdb_close(ref handle);
        return true;
    }
}

/// <summary>A native object that must not outlive its parent: it holds a reference on the parent's handle.</summary>
internal abstract class DuckDbChildHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly SafeHandleZeroOrMinusOneIsInvalid _parent;

    protected DuckDbChildHandle(SafeHandleZeroOrMinusOneIsInvalid parent) : base(true)
    {
        var added = false;
        parent.DangerousAddRef(ref added);
        _parent = parent;
    }

    protected sealed override bool ReleaseHandle()
    {
        Destroy();
        _parent.DangerousRelease();
        return true;
    }

    protected abstract void Destroy();
}

internal sealed class DuckDbConnectionHandle : DuckDbChildHandle
{
    public DuckDbConnectionHandle(DuckDbDatabaseHandle database) : base(database)
    {
        if (DuckDbNative.duckdb_connect(database, out var connection) != DuckDbNative.Success)
        {
            throw new DuckDbException("The database gives no connection.");
        }

        SetHandle(connection);
    }

    protected override void Destroy() => DuckDbNative.duckdb_disconnect(ref handle);
}

internal sealed class DuckDbStatementHandle : DuckDbChildHandle
{
    public DuckDbStatementHandle(DuckDbConnectionHandle connection, nint statement) : base(connection) => SetHandle(statement);

    protected override void Destroy() => DuckDbNative.duckdb_destroy_prepare(ref handle);
}

internal sealed class DuckDbAppenderHandle : DuckDbChildHandle
{
    public DuckDbAppenderHandle(DuckDbConnectionHandle connection, nint appender) : base(connection) => SetHandle(appender);

    // Destroying flushes what is left; what could not be flushed was reported by Flush, so the status says nothing new here.
    protected override void Destroy() => _ = DuckDbNative.duckdb_appender_destroy(ref handle);
}

/// <summary>A result and its current chunk; keeps the connection alive, for streamed chunks are computed on demand.</summary>
internal sealed class DuckDbResultHandle : DuckDbChildHandle
{
    private DuckDbNativeResult _result;
    private nint _chunk;

    public DuckDbResultHandle(DuckDbConnectionHandle connection, DuckDbNativeResult result) : base(connection)
    {
        _result = result;
        SetHandle(1);
    }

    public ref DuckDbNativeResult Result => ref _result;

    public nint Chunk => _chunk;

    /// <summary>Frees the current chunk and takes the next.</summary>
    public nint Next()
    {
        FreeChunk();
        return _chunk = DuckDbNative.duckdb_fetch_chunk(_result);
    }

    /// <summary>Gives the current chunk to the caller, who frees it.</summary>
    public nint Release()
    {
        var chunk = _chunk;
        _chunk = 0;
        return chunk;
    }

    protected override void Destroy()
    {
        FreeChunk();
        DuckDbNative.duckdb_destroy_result(ref _result);
    }

    private void FreeChunk()
    {
        if (_chunk != 0)
        {
            DuckDbNative.duckdb_destroy_data_chunk(ref _chunk);
            _chunk = 0;
        }
    }
}
