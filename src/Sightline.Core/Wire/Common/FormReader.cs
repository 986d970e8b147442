using System.Buffers;
using System.Text;

namespace Sightline.Core.Wire.Common;

/// <summary>
/// Reads a query string or a form body by PHP's rules, which trackers of that world rely on: <c>+</c> is a space, a broken percent
/// escape stands for itself, dots and spaces of names become underscores, <c>a[b][]=c</c> builds arrays. Never throws; invalid UTF-8
/// becomes U+FFFD.
/// </summary>
public static class FormReader
{
    // PHP's max_input_nesting_level.
    private const int MaxDepth = 64;

    /// <summary>Adds the parameters of <paramref name="text"/> (without a leading <c>?</c>) to <paramref name="fields"/>.</summary>
    public static void Read(ReadOnlySpan<byte> text, FormFields fields)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, text.Length));
        try
        {
            var read = 0;
            while (!text.IsEmpty)
            {
                var end = text.IndexOf((byte)'&');
                var piece = end < 0 ? text : text[..end];
                text = end < 0 ? default : text[(end + 1)..];
                if (piece.IsEmpty)
                {
                    continue;
                }

                if (++read > FormFields.MaxFields)
                {
                    fields.Overflowed = true;
                    return;
                }

                ReadPiece(piece, buffer, fields);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Adds one decoded parameter, whose name may make an array.</summary>
    public static void Add(FormFields fields, string name, string value)
    {
        name = name.TrimStart(' ');
        var nul = name.IndexOf('\0', StringComparison.Ordinal);
        name = nul < 0 ? name : name[..nul];
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        var plain = Mangle(bracket < 0 ? name : name[..bracket]);
        if (plain.Length == 0)
        {
            return;
        }

        if (bracket < 0)
        {
            fields.Set(plain, value);
        }
        else
        {
            AddToArray(fields, plain, name.AsSpan(bracket), value);
        }
    }

    private static void AddToArray(FormFields fields, string name, ReadOnlySpan<char> rest, string value)
    {
        if (rest.IndexOf(']') < 0)
        {
            // An index that is never closed is part of the name.
            fields.Set(Mangle($"{name}_{rest[1..]}"), value);
            return;
        }

        if (!fields.TryGetArray(name, out var array))
        {
            array = new FormArray();
            fields.SetArray(name, array);
        }

        for (var depth = 1; depth <= MaxDepth; depth++)
        {
            var close = rest.IndexOf(']');
            var key = rest[1..close].TrimStart(' ').ToString();
            rest = rest[(close + 1)..];
            if (rest.IsEmpty || rest[0] != '[' || rest.IndexOf(']') < 0)
            {
                array.Set(key.Length == 0 ? null : key, value.Replace("\0", "", StringComparison.Ordinal));
                return;
            }

            array = array.Nested(key.Length == 0 ? null : key);
        }
    }

    private static void ReadPiece(ReadOnlySpan<byte> piece, byte[] buffer, FormFields fields)
    {
        var equals = piece.IndexOf((byte)'=');
        var name = Decode(equals < 0 ? piece : piece[..equals], buffer);
        Add(fields, name, equals < 0 ? "" : Decode(piece[(equals + 1)..], buffer));
    }

    private static string Decode(ReadOnlySpan<byte> text, byte[] buffer)
    {
        if (text.IndexOfAny((byte)'%', (byte)'+') < 0)
        {
            return Encoding.UTF8.GetString(text);
        }

        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value == '+')
            {
                value = (byte)' ';
            }
            else if (value == '%' && i + 2 < text.Length && char.IsAsciiHexDigit((char)text[i + 1]) && char.IsAsciiHexDigit((char)text[i + 2]))
            {
                value = (byte)((HexDigit(text[i + 1]) << 4) | HexDigit(text[i + 2]));
                i += 2;
            }

            buffer[length++] = value;
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static int HexDigit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static string Mangle(string name) => name.AsSpan().IndexOfAny(' ', '.', '[') < 0 ? name : name.Replace(' ', '_').Replace('.', '_').Replace('[', '_');
}
