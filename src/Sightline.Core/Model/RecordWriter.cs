using System.Buffers;
using System.Text;

namespace Sightline.Core.Model;

/// <summary>
/// Writes the payload of a log record: varints (LEB128), zig-zag for signed numbers, UTF-8 strings prefixed by length + 1 (0: null).
/// Nothing is in the output for certain before <see cref="Finish"/>.
/// </summary>
internal ref struct RecordWriter(IBufferWriter<byte> output)
{
    private const int LongestNumber = 10;
    private const int Piece = 2048;

    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _span;
    private int _used;

    public void Byte(byte value)
    {
        Reserve(1);
        _span[_used++] = value;
    }

    public void Unsigned(ulong value)
    {
        Reserve(LongestNumber);
        while (value >= 0x80)
        {
            _span[_used++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _span[_used++] = (byte)value;
    }

    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Bytes(scoped ReadOnlySpan<byte> value)
    {
        Unsigned((ulong)value.Length + 1);
        Raw(value);
    }

    /// <summary>Without their length.</summary>
    public void Raw(scoped ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(_span[_used..]);
        _used += value.Length;
    }

    public void Bytes(byte[]? value)
    {
        if (value is null)
        {
            Unsigned(0);
        }
        else
        {
            Bytes(value.AsSpan());
        }
    }

    public void Text(string? value)
    {
        if (value is null)
        {
            Unsigned(0);
            return;
        }

        // Lone surrogates become U+FFFD here, so what is read back is always valid.
        var length = Encoding.UTF8.GetByteCount(value);
        Unsigned((ulong)length + 1);
        Reserve(length);
        _used += Encoding.UTF8.GetBytes(value, _span[_used..]);
    }

    /// <summary>Hands over what is left.</summary>
    public void Finish()
    {
        _output.Advance(_used);
        _used = 0;
        _span = default;
    }

    private void Reserve(int bytes)
    {
        if (_span.Length - _used < bytes)
        {
            _output.Advance(_used);
            _used = 0;
            _span = _output.GetSpan(Math.Max(bytes, Piece));
        }
    }
}
