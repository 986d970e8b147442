namespace Sightline.Core.Wire.AccessLog;

/// <summary>Walks over the fields of a line: words between blanks, quoted fields, bracketed ones.</summary>
internal ref struct FieldCursor(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public readonly bool AtEnd => _rest.IsEmpty;

    public void SkipBlanks()
    {
        var i = 0;
        while (i < _rest.Length && _rest[i] is (byte)' ' or (byte)'\t')
        {
            i++;
        }

        _rest = _rest[i..];
    }

    /// <summary>The next word; empty at the end of the line.</summary>
    public ReadOnlySpan<byte> Word()
    {
        SkipBlanks();
        var end = _rest.IndexOfAny((byte)' ', (byte)'\t');
        var word = end < 0 ? _rest : _rest[..end];
        _rest = _rest[word.Length..];
        return word;
    }

    public bool SkipWords(int count)
    {
        for (; count > 0; count--)
        {
            if (Word().IsEmpty)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The next field, in quotes or as a bare word.</summary>
    public bool TryField(out ReadOnlySpan<byte> field)
    {
        SkipBlanks();
        if (_rest.StartsWith("\""u8))
        {
            return TryQuoted(out field);
        }

        field = Word();
        return !field.IsEmpty;
    }

    /// <summary>The next field up to a tab; blanks belong to it.</summary>
    public bool TryTabbed(out ReadOnlySpan<byte> field)
    {
        var end = _rest.IndexOf((byte)'\t');
        field = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return !field.IsEmpty;
    }

    /// <summary>
    /// The next field in quotes, without them. A quote ends the field when it is not escaped and a blank or the line's end follows:
    /// servers that do not escape let a client put quotes into its user agent.
    /// </summary>
    public bool TryQuoted(out ReadOnlySpan<byte> field)
    {
        SkipBlanks();
        field = default;
        if (_rest.IsEmpty || _rest[0] != (byte)'"')
        {
            return false;
        }

        var text = _rest[1..];
        for (var from = 0; ;)
        {
            var quote = text[from..].IndexOf((byte)'"');
            if (quote < 0)
            {
                return false;
            }

            quote += from;
            var backslashes = 0;
            while (backslashes < quote && text[quote - 1 - backslashes] == (byte)'\\')
            {
                backslashes++;
            }

            if ((backslashes & 1) == 0 && (quote + 1 == text.Length || text[quote + 1] is (byte)' ' or (byte)'\t'))
            {
                field = text[..quote];
                _rest = text[(quote + 1)..];
                return true;
            }

            from = quote + 1;
        }
    }

    /// <summary>The next field in square brackets, without them.</summary>
    public bool TryBracketed(out ReadOnlySpan<byte> field)
    {
        SkipBlanks();
        field = default;
        var end = _rest.IndexOf((byte)']');
        if (end < 0 || _rest[0] != (byte)'[')
        {
            return false;
        }

        field = _rest[1..end];
        _rest = _rest[(end + 1)..];
        return true;
    }

    /// <summary><c>-</c> stands for nothing.</summary>
    public static ReadOnlySpan<byte> Given(ReadOnlySpan<byte> field) => field.Length == 1 && field[0] == (byte)'-' ? default : field;

    /// <summary>A status of one to three digits; <c>-</c> and <c>-1</c> are 0: no answer.</summary>
    public static bool TryStatus(ReadOnlySpan<byte> field, out int status)
    {
        status = 0;
        if (field.SequenceEqual("-"u8) || field.SequenceEqual("-1"u8))
        {
            return true;
        }

        if (field.Length is 0 or > 3)
        {
            return false;
        }

        foreach (var digit in field)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            status = (status * 10) + digit - '0';
        }

        return true;
    }
}
