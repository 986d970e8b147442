using System.Buffers;
using System.Text;

namespace Sightline.Core.Model;

/// <summary>
/// Writes the payload of a log record: varints (LEB128), zig-zag for signed numbers, UTF-8 strings prefixed by length + 1 (0: null).
/// </summary>
internal readonly ref struct RecordWriter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> _output = output;

    public void Byte(byte value)
    {
        _output.GetSpan(1)[0] = value;
        _output.Advance(1);
    }

    public void Unsigned(ulong value)
    {
        var span = _output.GetSpan(10);
        var i = 0;
        while (value >= 0x80)
        {
            span[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[i++] = (byte)value;
        _output.Advance(i);
    }

    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Unsigned((ulong)value.Length + 1);
        _output.Write(value);
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
        Encoding.UTF8.GetBytes(value, _output.GetSpan(length));
        _output.Advance(length);
    }
}
