namespace Sightline.Store.DuckDb;

/// <summary>
/// A result read chunk by chunk (at most 2048 rows each): <c>while (reader.Read()) { var times = reader.Column(0).Values&lt;long&gt;(); ... }</c>.
/// Spans and strings of a chunk point into the engine's memory: they end with the next <see cref="Read"/> and with <see cref="Dispose"/>.
/// </summary>
internal sealed unsafe class DuckDbReader : IDisposable
{
    private readonly DuckDbResultHandle _handle;
    private readonly Interruption? _interruption;
    private readonly CancellationToken _cancel;
    private readonly DuckDbType[] _types;

    internal DuckDbReader(DuckDbResultHandle handle, Interruption? interruption, CancellationToken cancel)
    {
        _handle = handle;
        _interruption = interruption;
        _cancel = cancel;
        _types = new DuckDbType[(int)DuckDbNative.duckdb_column_count(ref handle.Result)];
        for (var i = 0; i < _types.Length; i++)
        {
            _types[i] = DuckDbNative.duckdb_column_type(ref handle.Result, (ulong)i);
        }
    }

    public int ColumnCount => _types.Length;

    /// <summary>Rows of the current chunk.</summary>
    public int Rows { get; private set; }

    public DuckDbType TypeOf(int column) => _types[column];

    public string NameOf(int column)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)_types.Length, nameof(column));
        return DuckDbNative.Text(DuckDbNative.duckdb_column_name(ref _handle.Result, (ulong)column)) ?? "";
    }

    /// <summary>Takes the next chunk; <see langword="false"/>: there is none.</summary>
    public bool Read()
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        Rows = 0;
        _cancel.ThrowIfCancellationRequested();
        while (true)
        {
            var chunk = _handle.Next();
            if (chunk == 0)
            {
                // The end and a failure look alike to the C API; only the result tells them apart.
                var error = DuckDbNative.Text(DuckDbNative.duckdb_result_error(ref _handle.Result));
                return error is null ? false : throw DuckDbConnection.Failure(error, _cancel);
            }

            Rows = (int)DuckDbNative.duckdb_data_chunk_get_size(chunk);
            if (Rows > 0)
            {
                return true;
            }
        }
    }

    /// <summary>Takes the next chunk out of the reader, for another thread to look at while this one reads on; <see langword="null"/>: there is none.</summary>
    public DuckDbChunk? Take()
    {
        if (!Read())
        {
            return null;
        }

        var chunk = new DuckDbChunk(_handle.Release(), _types, Rows);
        Rows = 0;
        return chunk;
    }

    /// <summary>A column of the current chunk.</summary>
    public DuckDbColumn Column(int index)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_types.Length, nameof(index));
        if (Rows == 0)
        {
            throw new InvalidOperationException("There is no current chunk: call Read first.");
        }

        return new DuckDbColumn(DuckDbNative.duckdb_data_chunk_get_vector(_handle.Chunk, (ulong)index), _types[index], Rows);
    }

    public long? ScalarLong() => Read() && !Column(0).IsNull(0) ? Column(0).Long(0) : null;

    public string? ScalarText() => Read() && !Column(0).IsNull(0) ? Column(0).Text(0) : null;

    public void Dispose()
    {
        // First the interruption: after it no interrupt can hit a later statement of this connection.
        _interruption?.Dispose();
        _handle.Dispose();
    }
}
