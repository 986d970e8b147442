using System.Runtime.CompilerServices;

namespace Sightline.Store.DuckDb;

/// <summary>A data chunk to fill column by column and hand to an appender, over and over.</summary>
internal sealed unsafe class DuckDbRows : IDisposable
{
    private readonly DuckDbType[] _types;
    private readonly nint[] _vectors;
    private readonly nint[] _data;
    private nint _chunk;

    public DuckDbRows(params ReadOnlySpan<DuckDbType> types)
    {
        _types = types.ToArray();
        var natives = stackalloc nint[_types.Length];
        for (var i = 0; i < _types.Length; i++)
        {
            natives[i] = DuckDbNative.duckdb_create_logical_type(_types[i]);
        }

        _chunk = DuckDbNative.duckdb_create_data_chunk(natives, (ulong)_types.Length);
        for (var i = 0; i < _types.Length; i++)
        {
            DuckDbNative.duckdb_destroy_logical_type(ref natives[i]);
        }

        if (_chunk == 0)
        {
            throw new DuckDbException("DuckDB gives no data chunk of these types.");
        }

        _vectors = new nint[_types.Length];
        _data = new nint[_types.Length];
        Locate();
    }

    /// <summary>Rows a chunk holds.</summary>
    public static int Capacity { get; } = (int)DuckDbNative.duckdb_vector_size();

    internal nint Chunk
    {
        get
        {
            ObjectDisposedException.ThrowIf(_chunk == 0, this);
            return _chunk;
        }
    }

    /// <summary>Values of a column of fixed width, to write.</summary>
    public Span<T> Column<T>(int index) where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_chunk == 0, this);
        return _types[index].Width() == Unsafe.SizeOf<T>()
            ? new Span<T>((void*)_data[index], Capacity)
            : throw new InvalidCastException($"A column of type {_types[index]} cannot be written as {typeof(T).Name}.");
    }

    public void Set<T>(int column, int row, T value) where T : unmanaged => Column<T>(column)[row] = value;

    /// <summary>Writes a VARCHAR (valid UTF-8: the engine believes it) or BLOB; the bytes are copied.</summary>
    public void SetBytes(int column, int row, ReadOnlySpan<byte> value)
    {
        CheckRow(row);
        if (_types[column] is not (DuckDbType.Varchar or DuckDbType.Blob))
        {
            throw new InvalidCastException($"A column of type {_types[column]} cannot be written as text.");
        }

        ObjectDisposedException.ThrowIf(_chunk == 0, this);
        fixed (byte* text = value)
        {
            byte none = 0;
            DuckDbNative.duckdb_vector_assign_string_element_len(_vectors[column], (ulong)row, text is null ? &none : text, (ulong)value.Length);
        }
    }

    public void SetNull(int column, int row)
    {
        CheckRow(row);
        ObjectDisposedException.ThrowIf(_chunk == 0, this);
        var vector = _vectors[column];
        DuckDbNative.duckdb_vector_ensure_validity_writable(vector);
        DuckDbNative.duckdb_vector_get_validity(vector)[row >> 6] &= ~(1UL << (row & 63));
    }

    /// <summary>Forgets values and NULLs.</summary>
    public void Clear()
    {
        DuckDbNative.duckdb_data_chunk_reset(Chunk);
        Locate();
    }

    public void Dispose()
    {
        if (_chunk != 0)
        {
            DuckDbNative.duckdb_destroy_data_chunk(ref _chunk);
            _chunk = 0;
        }
    }

    private void Locate()
    {
        for (var i = 0; i < _types.Length; i++)
        {
            _vectors[i] = DuckDbNative.duckdb_data_chunk_get_vector(_chunk, (ulong)i);
            _data[i] = (nint)DuckDbNative.duckdb_vector_get_data(_vectors[i]);
        }
    }

    private static void CheckRow(int row) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Capacity, nameof(row));
}
