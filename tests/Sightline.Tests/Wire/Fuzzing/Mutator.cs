namespace Sightline.Tests.Wire.Fuzzing;

/// <summary>
/// Makes hostile inputs out of good ones: flipped bits, spliced, repeated, truncated and swollen bytes, and the tokens at which
/// parsers of this field break. The same seed gives the same inputs on every machine, so a failure names itself by its number.
/// </summary>
internal sealed class Mutator
{
    private const int MaxLength = 256 * 1024;

    private static readonly string[] CommonTokens =
    [
        "\0", "\r\n", "\n", "\"", "\\", "'", "{", "}", "[", "]", "[[[[[[[[", "{\"a\":{\"a\":", "&", "=", "&&", "?", "#", "%", "%00", "%0", "%zz", "%FF%FE", "%u0041", "+", ";",
        "null", "true", "NaN", "Infinity", "-1", "0", "-0", "1e999", "9223372036854775808", "18446744073709551616", "0x10", "1.7976931348623157e309", "00000000000000000001",
        "\\u0000", "\\ud800", "\\udc00\\ud800", "\\x00", "\u00e4", "\u202e", "\ufeff", "\U0001f600", "1601-01-01 00:00:00", "9999-12-31T23:59:60Z", "[31/Feb/2015:24:61:61 +9999]",
        "http://", "https://[::1]:99999/", "//", "/../", "javascript:", "data:,", " ", "\t", "\v", "- -", "::ffff:1.2.3.4", "999.999.999.999",
    ];

    private static readonly byte[][] CommonBytes = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x1f, 0x8b, 0x08], [0x80]];

    private readonly IReadOnlyList<byte[]> _seeds;
    private readonly List<byte[]> _tokens;
    private ulong _state;
    private byte[] _buffer = new byte[1024];
    private int _length;

    public Mutator(IReadOnlyList<byte[]> seeds, IEnumerable<string> dictionary, ulong seed)
    {
        if (seeds.Count == 0)
        {
            throw new ArgumentException("a fuzz run needs at least one good input", nameof(seeds));
        }

        _seeds = seeds;
        _tokens = [.. CommonTokens.Concat(dictionary).Select(System.Text.Encoding.UTF8.GetBytes), .. CommonBytes];
        _state = seed * 0x9E3779B97F4A7C15 + 1;
    }

    /// <summary>The next input; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        _length = 0;
        Insert(0, Seed());
        for (var rounds = 1 + Below(8); rounds > 0; rounds--)
        {
            MutateOnce();
        }

        return _buffer.AsMemory(0, _length);
    }

    private void MutateOnce()
    {
        switch (Below(11))
        {
            case 0 or 1 when _length > 0:
                _buffer[Below(_length)] ^= (byte)(1 << Below(8));
                break;
            case 2 when _length > 0:
                _buffer[Below(_length)] = (byte)Below(256);
                break;
            case 3 or 4:
                Insert(Below(_length + 1), _tokens[Below(_tokens.Count)]);
                break;
            case 5 when _length > 0:
                Overwrite(Below(_length), _tokens[Below(_tokens.Count)]);
                break;
            case 6:
                _length = Below(_length + 1);
                break;
            case 7 when _length > 0:
                Remove();
                break;
            case 8:
                Splice();
                break;
            case 9:
                Repeat();
                break;
            case 10 when Below(200) == 0:
                Swell();
                break;
            default:
                SwapNumber();
                break;
        }
    }

    private void Remove()
    {
        var from = Below(_length);
        var count = 1 + Below(Math.Min(64, _length - from));
        _buffer.AsSpan(from + count, _length - from - count).CopyTo(_buffer.AsSpan(from));
        _length -= count;
    }

    private void Splice()
    {
        var other = Seed();
        if (other.Length == 0)
        {
            return;
        }

        var from = Below(other.Length);
        Insert(Below(_length + 1), other.AsSpan(from, 1 + Below(other.Length - from)));
    }

    private void Repeat()
    {
        if (_length == 0)
        {
            return;
        }

        var from = Below(_length);
        var piece = _buffer.AsSpan(from, 1 + Below(Math.Min(32, _length - from))).ToArray();
        for (var times = 1 + Below(16); times > 0; times--)
        {
            Insert(from, piece);
        }
    }

    // One byte or token so often that anything quadratic or recursive shows.
    private void Swell()
    {
        var piece = Below(2) == 0 ? [(byte)Below(256)] : _tokens[Below(_tokens.Count)];
        var times = Math.Min(1 << (6 + Below(11)), MaxLength / piece.Length);
        var run = new byte[piece.Length * times];
        for (var i = 0; i < times; i++)
        {
            piece.CopyTo(run, i * piece.Length);
        }

        Insert(Below(_length + 1), run);
    }

    private void SwapNumber()
    {
        var digit = _buffer.AsSpan(0, _length).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (digit < 0)
        {
            return;
        }

        var from = digit + Below(_length - digit);
        var next = _buffer.AsSpan(from, _length - from).IndexOfAnyInRange((byte)'0', (byte)'9');
        _buffer[next < 0 ? digit : from + next] = (byte)('0' + Below(10));
    }

    private void Insert(int at, ReadOnlySpan<byte> piece)
    {
        piece = piece[..Math.Min(piece.Length, MaxLength - _length)];
        if (_length + piece.Length > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + piece.Length));
        }

        _buffer.AsSpan(at, _length - at).CopyTo(_buffer.AsSpan(at + piece.Length));
        piece.CopyTo(_buffer.AsSpan(at));
        _length += piece.Length;
    }

    private void Overwrite(int at, ReadOnlySpan<byte> piece) => piece[..Math.Min(piece.Length, _length - at)].CopyTo(_buffer.AsSpan(at));

    private byte[] Seed() => _seeds[Below(_seeds.Count)];

    // xorshift64*: System.Random's sequence for a seed is not promised between versions.
    private int Below(int limit)
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)((_state * 0x2545F4914F6CDD1D >> 33) % (ulong)limit);
    }
}
