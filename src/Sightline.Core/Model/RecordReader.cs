using System.Text;

namespace Sightline.Core.Model;

/// <summary>Reads what <see cref="RecordWriter"/> wrote. Every fault throws <see cref="InvalidDataException"/>, whatever the bytes.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> input)
{
    private readonly ReadOnlySpan<byte> _input = input;
    private int _at;

    public readonly bool AtEnd => _at == _input.Length;

    public readonly int Remaining => _input.Length - _at;

    public byte Byte() => _at < _input.Length ? _input[_at++] : throw Short();

    public ulong Unsigned()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var b = Byte();
            if (shift == 63 && b > 1)
            {
                break;
            }

            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number in the record is longer than 64 bits");
    }

    public uint UInt32() => Unsigned() is var value && value <= uint.MaxValue
        ? (uint)value
        : throw new InvalidDataException("a number in the record is longer than 32 bits");

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public byte[]? Bytes() => Unsigned() is var length && length == 0 ? null : Take(length - 1).ToArray();

    public string? Text() => Unsigned() is var length && length == 0 ? null : Encoding.UTF8.GetString(Take(length - 1));

    /// <summary>Goes past what <see cref="Bytes"/> or <see cref="Text()"/> would read.</summary>
    public void Skip()
    {
        var length = Unsigned();
        if (length != 0)
        {
            Take(length - 1);
        }
    }

    public ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)Remaining)
        {
            throw Short();
        }

        var span = _input.Slice(_at, (int)length);
        _at += (int)length;
        return span;
    }

    /// <summary>As <see cref="Text"/>, for what is likely to come again.</summary>
    public string? Text(TextCache cache) => Unsigned() is var length && length == 0 ? null : cache.Get(Take(length - 1));

    private static InvalidDataException Short() => new("the record ends early");
}
