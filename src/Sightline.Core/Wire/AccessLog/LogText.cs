using System.Buffers;
using System.Text;

namespace Sightline.Core.Wire.AccessLog;

/// <summary>Decodes fields. User agents, referrers and paths repeat all the time, so their strings are shared.</summary>
internal sealed class LogText
{
    private const int CacheSlots = 8192;
    private const int LongestCached = 1024;

    private static readonly SearchValues<byte> AddressBytes = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    private readonly string?[] _cache = new string?[CacheSlots];
    private byte[] _scratch = new byte[16 * 1024];
    private byte[] _url = new byte[16 * 1024];

    /// <summary>Four dotted numbers, or hexadecimal digits and at least two colons.</summary>
    public static bool LooksLikeAddress(ReadOnlySpan<byte> text) =>
        text.Length is >= 2 and <= 45 && !text.ContainsAnyExcept(AddressBytes)
        && (text.Count((byte)':') >= 2 || (text.Count((byte)'.') == 3 && !text.ContainsAnyInRange((byte)'A', (byte)'f')));

    /// <summary>The address in a field that may hold a port, brackets, or a list whose first is the visitor's.</summary>
    public static ReadOnlySpan<byte> AddressIn(ReadOnlySpan<byte> field)
    {
        var comma = field.IndexOf((byte)',');
        field = (comma < 0 ? field : field[..comma]).Trim((byte)' ');
        if (field.StartsWith("["u8))
        {
            var end = field.IndexOf((byte)']');
            return end < 0 ? default : field[1..end];
        }

        var colon = field.IndexOf((byte)':');
        field = colon > 0 && field[(colon + 1)..].IndexOf((byte)':') < 0 ? field[..colon] : field;
        var zone = field.IndexOf((byte)'%');
        return zone < 0 ? field : field[..zone];
    }

    /// <summary>The text of a field without its escapes; control characters become blanks. <see langword="null"/> when not given.</summary>
    public string? Decode(ReadOnlySpan<byte> field, FieldEscapes escapes, int maxChars)
    {
        if (field.IsEmpty)
        {
            return null;
        }

        var text = Unescape(field, escapes);
        if (text.ContainsAnyInRange((byte)0, (byte)31) || text.Contains((byte)127))
        {
            var clean = Reserve(text.Length);
            text.CopyTo(clean);
            clean = clean[..text.Length];
            foreach (ref var b in clean)
            {
                b = b is < 32 or 127 ? (byte)' ' : b;
            }

            text = clean;
        }

        return Shared(text, maxChars);
    }

    /// <summary>
    /// The page's URL: <c>https://host/path?query</c>, or the path alone without a host. Control characters are percent-encoded.
    /// <see langword="null"/> when it is longer than a URL may be.
    /// </summary>
    public string? Url(ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> host, ReadOnlySpan<byte> target, ReadOnlySpan<byte> query)
    {
        var length = scheme.Length + host.Length + (3 * (target.Length + query.Length)) + 1;
        // Not the scratch: that may hold the target.
        var url = (_url.Length >= length ? _url : _url = new byte[length * 2]).AsSpan();
        var at = 0;
        if (!host.IsEmpty)
        {
            scheme.CopyTo(url);
            host.CopyTo(url[scheme.Length..]);
            at = scheme.Length + host.Length;
        }

        at += Append(target, url[at..]);
        if (!query.IsEmpty)
        {
            url[at++] = (byte)'?';
            at += Append(query, url[at..]);
        }

        return at > Model.EventLimits.Url ? null : Shared(url[..at], Model.EventLimits.Url);
    }

    /// <summary>The bytes of a field without its escapes; valid until the next call.</summary>
    public ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> field, FieldEscapes escapes) => escapes switch
    {
        FieldEscapes.Backslash when field.Contains((byte)'\\') => Backslashes(field),
        FieldEscapes.Plus when field.Contains((byte)'+') && !field.Contains((byte)' ') => Pluses(field),
        // Encoded once by some versions, twice by others: a user agent has no percent sign of its own followed by two digits.
        FieldEscapes.Percent when field.Contains((byte)'%') => Percents(Percents(field)),
        _ => field,
    };

    private ReadOnlySpan<byte> Backslashes(ReadOnlySpan<byte> field)
    {
        var output = Reserve(field.Length);
        var length = 0;
        for (var i = 0; i < field.Length; i++)
        {
            var b = field[i];
            if (b == '\\' && i + 1 < field.Length)
            {
                var next = field[++i];
                b = next switch { (byte)'n' => (byte)'\n', (byte)'t' => (byte)'\t', (byte)'r' => (byte)'\r', (byte)'v' or (byte)'b' or (byte)'f' => (byte)' ', _ => next };
                if (next == 'x' && i + 2 < field.Length && TryHex(field.Slice(i + 1, 2), out var code))
                {
                    b = code;
                    i += 2;
                }
            }

            output[length++] = b;
        }

        return output[..length];
    }

    private Span<byte> Pluses(ReadOnlySpan<byte> field)
    {
        var output = Reserve(field.Length)[..field.Length];
        field.CopyTo(output);
        output.Replace((byte)'+', (byte)' ');
        return output;
    }

    private ReadOnlySpan<byte> Percents(ReadOnlySpan<byte> field)
    {
        var output = Reserve(field.Length);
        var length = 0;
        for (var i = 0; i < field.Length; i++)
        {
            var b = field[i];
            if (b == '%' && i + 2 < field.Length && TryHex(field.Slice(i + 1, 2), out var code))
            {
                b = code;
                i += 2;
            }

            output[length++] = b; // never ahead of i: the field may be the scratch itself
        }

        return output[..length];
    }

    private static int Append(ReadOnlySpan<byte> text, Span<byte> output)
    {
        if (!text.ContainsAnyInRange((byte)0, (byte)32) && !text.Contains((byte)127))
        {
            text.CopyTo(output);
            return text.Length;
        }

        var length = 0;
        foreach (var b in text)
        {
            if (b is <= 32 or 127)
            {
                output[length++] = (byte)'%';
                output[length++] = "0123456789ABCDEF"u8[b >> 4];
                output[length++] = "0123456789ABCDEF"u8[b & 15];
            }
            else
            {
                output[length++] = b;
            }
        }

        return length;
    }

    private static bool TryHex(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (!char.IsAsciiHexDigit((char)text[0]) || !char.IsAsciiHexDigit((char)text[1]))
        {
            return false;
        }

        value = (byte)((Nibble(text[0]) << 4) | Nibble(text[1]));
        return true;
    }

    private static int Nibble(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private string Shared(ReadOnlySpan<byte> text, int maxChars)
    {
        if (text.Length > LongestCached || !Ascii.IsValid(text))
        {
            var decoded = Encoding.UTF8.GetString(text);
            return decoded.Length <= maxChars ? decoded : Cut(decoded, maxChars);
        }

        if (text.Length > maxChars)
        {
            text = text[..maxChars];
        }

        ref var slot = ref _cache[Slot(text)];
        if (slot is null || slot.Length != text.Length || !Ascii.Equals(text, slot))
        {
            slot = Encoding.ASCII.GetString(text);
        }

        return slot;
    }

    private static string Cut(string text, int maxChars) => text[..(char.IsHighSurrogate(text[maxChars - 1]) ? maxChars - 1 : maxChars)];

    private static int Slot(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length;
        while (text.Length >= 8)
        {
            hash = (System.Numerics.BitOperations.RotateLeft(hash, 5) ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(text)) * 0x9E3779B97F4A7C15;
            text = text[8..];
        }

        foreach (var b in text)
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        return (int)((hash ^ (hash >> 29)) * 0x9E3779B97F4A7C15 >> 51);
    }

    private Span<byte> Reserve(int length)
    {
        if (_scratch.Length < length)
        {
            _scratch = new byte[length * 2];
        }

        return _scratch;
    }
}
