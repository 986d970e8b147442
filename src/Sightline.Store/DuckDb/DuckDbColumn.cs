using System.Runtime.CompilerServices;
using System.Text;

namespace Sightline.Store.DuckDb;

/// <summary>A column of one chunk, read in place. Lives as long as its chunk.</summary>
internal readonly unsafe ref struct DuckDbColumn
{
    private readonly nint _vector;
    private readonly void* _data;
    private readonly ulong* _validity;

    internal DuckDbColumn(nint vector, DuckDbType type, int rows)
    {
        _vector = vector;
        Type = type;
        Rows = rows;
        _data = DuckDbNative.duckdb_vector_get_data(vector);
        _validity = DuckDbNative.duckdb_vector_get_validity(vector);
    }

    public DuckDbType Type { get; }

    public int Rows { get; }

    /// <summary>One bit a row, 1: there is a value. Empty: no row is NULL.</summary>
    public ReadOnlySpan<ulong> Validity => _validity is null ? default : new ReadOnlySpan<ulong>(_validity, (Rows + 63) / 64);

    public bool IsNull(int row) => _validity is not null && (Validity[row >> 6] >> (row & 63) & 1) == 0;

    /// <summary>Values of a type of fixed width (HUGEINT as <see cref="Int128"/>); those of NULL rows mean nothing.</summary>
    /// <exception cref="InvalidCastException">The column's values have another width.</exception>
    public ReadOnlySpan<T> Values<T>() where T : unmanaged =>
        Type.Width() == Unsafe.SizeOf<T>()
            ? new ReadOnlySpan<T>(_data, Rows)
            : throw new InvalidCastException($"A column of type {Type} cannot be read as {typeof(T).Name}.");

    /// <summary>VARCHAR (valid UTF-8) or BLOB.</summary>
    public ReadOnlySpan<DuckDbString> Strings() =>
        Type is DuckDbType.Varchar or DuckDbType.Blob
            ? new ReadOnlySpan<DuckDbString>(_data, Rows)
            : throw new InvalidCastException($"A column of type {Type} cannot be read as text.");

    public string Text(int row) => Encoding.UTF8.GetString(Strings()[row].Bytes);

    /// <summary>Any whole number, whatever its width.</summary>
    /// <exception cref="OverflowException">It does not fit 64 signed bits.</exception>
    public long Long(int row) => Type switch
    {
        DuckDbType.Boolean or DuckDbType.UTinyInt => Values<byte>()[row],
        DuckDbType.TinyInt => Values<sbyte>()[row],
        DuckDbType.SmallInt => Values<short>()[row],
        DuckDbType.USmallInt => Values<ushort>()[row],
        DuckDbType.Integer or DuckDbType.Date => Values<int>()[row],
        DuckDbType.UInteger => Values<uint>()[row],
        DuckDbType.BigInt or DuckDbType.Timestamp or DuckDbType.TimestampMs => Values<long>()[row],
        DuckDbType.UBigInt => checked((long)Values<ulong>()[row]),
        DuckDbType.HugeInt => checked((long)Values<Int128>()[row]),
        _ => throw new InvalidCastException($"A column of type {Type} is no whole number."),
    };

    /// <summary>Where each row's elements of a LIST lie in <see cref="ListChild"/>.</summary>
    public ReadOnlySpan<DuckDbListEntry> Lists() =>
        Type == DuckDbType.List
            ? new ReadOnlySpan<DuckDbListEntry>(_data, Rows)
            : throw new InvalidCastException($"A column of type {Type} is no list.");

    /// <summary>The elements of all rows of a LIST.</summary>
    public DuckDbColumn ListChild()
    {
        _ = Lists();
        var child = DuckDbNative.duckdb_list_vector_get_child(_vector);
        var type = DuckDbNative.duckdb_vector_get_column_type(child);
        var id = DuckDbNative.duckdb_get_type_id(type);
        DuckDbNative.duckdb_destroy_logical_type(ref type);
        return new DuckDbColumn(child, id, (int)DuckDbNative.duckdb_list_vector_get_size(_vector));
    }
}

/// <summary>Elements <see cref="Offset"/> to <see cref="Offset"/> + <see cref="Length"/> of the list's child.</summary>
internal readonly record struct DuckDbListEntry(ulong Offset, ulong Length);
