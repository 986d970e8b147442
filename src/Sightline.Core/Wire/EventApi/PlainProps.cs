using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.EventApi;

/// <summary>
/// What <see cref="PropsReader"/> makes of properties that are flat, few, ASCII and without escapes, without decoding them. Its buffer is used again.
/// </summary>
internal sealed class PlainProps
{
    private const int MostProps = 16;

    // Not more digits than a double can have whole: finite without parsing, and never as long as what becomes text.
    private const int NumberLength = 15;

    // Around a property: quotes, colon, comma, closing brace.
    private const int Frame = 8;

    private readonly byte[] _buffer = new byte[2048];
    private readonly (int Start, int Length)[] _names = new (int, int)[MostProps];
    private int _used;
    private int _count;

    /// <summary>The reader stands on the value's first token, and, when the answer is <see langword="true"/>, is left on its last.</summary>
    /// <param name="reader">Over one span.</param>
    /// <param name="props">Valid until the next call; empty when no property is left.</param>
    /// <returns><see langword="false"/>: not plain, or not sound.</returns>
    public bool TryRead(scoped ref Utf8JsonReader reader, out ReadOnlySpan<byte> props)
    {
        props = default;
        _used = _count = 0;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueIsEscaped || !TryName(reader.ValueSpan.Trim(" \t\r\n"u8)) || !reader.Read() || !TryValue(ref reader))
            {
                return false;
            }
        }

        if (_count > 0)
        {
            _buffer[_used++] = (byte)'}';
            props = _buffer.AsSpan(0, _used);
        }

        return true;
    }

    private bool TryName(ReadOnlySpan<byte> name)
    {
        if (_count == MostProps || name.Length is 0 or > EventLimits.PropKey || !IsPlain(name) || !HasRoom(name.Length) || IsKnown(name))
        {
            return false;
        }

        _buffer[_used++] = (byte)(_count == 0 ? '{' : ',');
        _names[_count++] = (_used + 1, name.Length);
        Quote(name);
        _buffer[_used++] = (byte)':';
        return true;
    }

    private bool TryValue(scoped ref Utf8JsonReader reader)
    {
        var value = reader.ValueSpan;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                value = value.Trim(" \t\r\n"u8);
                if (reader.ValueIsEscaped || value.Length > EventLimits.PropValue || !IsPlain(value) || !HasRoom(value.Length))
                {
                    return false;
                }

                Quote(value);
                return true;
            case JsonTokenType.Number when value.Length <= NumberLength && !value.ContainsAny((byte)'e', (byte)'E'):
            case JsonTokenType.True or JsonTokenType.False:
                if (!HasRoom(value.Length))
                {
                    return false;
                }

                Copy(value);
                return true;
            default:
                return false;
        }
    }

    // What JSON leaves as it is and the writer of the long way, too.
    private static bool IsPlain(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;

    private bool IsKnown(ReadOnlySpan<byte> name)
    {
        foreach (var (start, length) in _names.AsSpan(0, _count))
        {
            if (name.SequenceEqual(_buffer.AsSpan(start, length)))
            {
                return true;
            }
        }

        return false;
    }

    private bool HasRoom(int bytes) => _buffer.Length - _used >= bytes + Frame;

    private void Quote(ReadOnlySpan<byte> text)
    {
        _buffer[_used++] = (byte)'"';
        Copy(text);
        _buffer[_used++] = (byte)'"';
    }

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }
}
