using System.Runtime.CompilerServices;

namespace Sightline.Store.DuckDb;

/// <summary>A data chunk to fill column by column and hand to an appender, over and over.</summary>
internal sealed unsafe class DuckDbRows : IDisposable
{
    private readonly DuckDbType[] _types;
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
    public Span<T> Column<T>(int index) where T : unmanaged =>
        _types[index].Width() == Unsafe.SizeOf<T>()
            ? new Span<T>(DuckDbNative.duckdb_vector_get_data(Vector(index)), Capacity)
            : throw new InvalidCastException($"A column of type {_types[index]} cannot be written as {typeof(T).Name}.");

    /// <summary>Writes a VARCHAR (valid UTF-8: the engine believes it) or BLOB; the bytes are copied.</summary>
    public void SetBytes(int column, int row, ReadOnlySpan<byte> value)
    {
        CheckRow(row);
        if (_types[column] is not (DuckDbType.Varchar or DuckDbType.Blob))
        {
            throw new InvalidCastException($"A column of type {_types[column]} cannot be written as text.");
        }

        fixed (byte* text = value)
        {
            byte none = 0;
            DuckDbNative.duckdb_vector_assign_string_element_len(Vector(column), (ulong)row, text is null ? &none : text, (ulong)value.Length);
        }
    }

    public void SetNull(int column, int row)
    {
        CheckRow(row);
        var vector = Vector(column);
        DuckDbNative.duckdb_vector_ensure_validity_writable(vector);
        DuckDbNative.duckdb_vector_get_validity(vector)[row >> 6] &= ~(1UL << (row & 63));
    }

    /// <summary>Forgets values and NULLs.</summary>
    public void Clear() => DuckDbNative.duckdb_data_chunk_reset(Chunk);

    public void Dispose()
    {
        if (_chunk != 0)
        {
            DuckDbNative.duckdb_destroy_data_chunk(ref _chunk);
            _chunk = 0;
        }
    }

    private nint Vector(int column) => DuckDbNative.duckdb_data_chunk_get_vector(Chunk, (ulong)column);

    private static void CheckRow(int row) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Capacity, nameof(row));
}
