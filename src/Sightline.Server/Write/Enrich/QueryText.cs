using System.Buffers;
using System.Text;

namespace Sightline.Server.Write.Enrich;

/// <summary>Reads values of a query string: <c>+</c> is a space, <c>%XX</c> are bytes of UTF-8; what is not stays as it is.</summary>
internal static class QueryText
{
    public static string Decode(ReadOnlySpan<char> value, int limit)
    {
        // A value far over its limit is not worth decoding to its end: three characters give at least one byte.
        if (value.Length > limit * 12)
        {
            value = value[..(limit * 12)];
        }

        if (value.IndexOfAny('%', '+') < 0)
        {
            return CleanText.Line(value.ToString(), limit);
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        try
        {
            var length = 0;
            while (!value.IsEmpty)
            {
                if (value[0] == '%' && value.Length >= 3 && char.IsAsciiHexDigit(value[1]) && char.IsAsciiHexDigit(value[2]))
                {
                    bytes[length++] = (byte)((Hex(value[1]) << 4) | Hex(value[2]));
                    value = value[3..];
                }
                else if (value[0] == '+')
                {
                    bytes[length++] = (byte)' ';
                    value = value[1..];
                }
                else
                {
                    var plain = value[1..].IndexOfAny('%', '+') + 1;
                    var part = plain == 0 ? value : value[..plain];
                    length += Encoding.UTF8.GetBytes(part, bytes.AsSpan(length));
                    value = value[part.Length..];
                }
            }

            return CleanText.Line(Encoding.UTF8.GetString(bytes, 0, length), limit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static int Hex(char c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
