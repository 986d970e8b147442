using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Sightline.Store.DuckDb;

/// <summary><c>duckdb_string_t</c>: up to 12 bytes in place, longer text behind a pointer. Read it where it lies (by reference), for the bytes may be its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal readonly unsafe struct DuckDbString
{
    private const int InlineBytes = 12;

    [FieldOffset(0)]
    private readonly uint _length;

    [FieldOffset(4)]
    private readonly byte _inline;

    [FieldOffset(8)]
    private readonly byte* _pointer;

    public int Length => (int)_length;

    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => _length <= InlineBytes
        ? MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AsRef(in _inline), (int)_length)
        : new ReadOnlySpan<byte>(_pointer, (int)_length);

    public override string ToString() => Encoding.UTF8.GetString(Bytes);
}
