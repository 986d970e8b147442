namespace Sightline.Store.DuckDb;

/// <summary>
/// A chunk taken out of its reader, for one thread at a time but not the reader's: the reader may go on meanwhile. Spans and strings end with
/// <see cref="Dispose"/>, which must come before the reader's.
/// </summary>
internal sealed unsafe class DuckDbChunk : IDisposable
{
    private readonly DuckDbType[] _types;
    private nint _chunk;

    internal DuckDbChunk(nint chunk, DuckDbType[] types, int rows)
    {
        _chunk = chunk;
        _types = types;
        Rows = rows;
    }

    public int Rows { get; }

    public DuckDbColumn Column(int index)
    {
        ObjectDisposedException.ThrowIf(_chunk == 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_types.Length, nameof(index));
        return new DuckDbColumn(DuckDbNative.duckdb_data_chunk_get_vector(_chunk, (ulong)index), _types[index], Rows);
    }

    public void Dispose()
    {
        if (_chunk != 0)
        {
            DuckDbNative.duckdb_destroy_data_chunk(ref _chunk);
            _chunk = 0;
        }
    }
}
