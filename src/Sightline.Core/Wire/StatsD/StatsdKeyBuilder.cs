namespace Sightline.Core.Wire.StatsD;

/// <summary>Puts a key together with its tags, as <c>key;tag=value</c>, in memory of its own: no string a line. For one thread.</summary>
/// <param name="sanitize">Make keys fit for Graphite at once.</param>
internal sealed class StatsdKeyBuilder(bool sanitize)
{
    private byte[] _key = new byte[512];
    private int _length;

    /// <summary>As statsd does it: of each tag the first colon becomes <c>=</c> and the first semicolon <c>_</c>.</summary>
    public ReadOnlySpan<byte> Statsd(ReadOnlySpan<byte> name, ReadOnlySpan<byte> tags)
    {
        if (tags.IsEmpty)
        {
            return sanitize ? Sanitized(name) : name;
        }

        Begin(name, tags.Length + 1);
        while (true)
        {
            var tag = Next(ref tags, out var more);
            Append(tag);
            if (!more)
            {
                return Key();
            }
        }
    }

    /// <summary>
    /// As DogStatsD means it: a tag without a value is there (<c>urgent=true</c>), one without a name or with an empty value is left out, since Graphite
    /// knows no such tags and the series would be lost with them.
    /// </summary>
    /// <param name="name">The key.</param>
    /// <param name="tags">With commas between.</param>
    /// <param name="host">One more tag, or nothing.</param>
    public ReadOnlySpan<byte> Dog(ReadOnlySpan<byte> name, ReadOnlySpan<byte> tags, ReadOnlySpan<byte> host = default)
    {
        if (tags.IsEmpty && host.IsEmpty)
        {
            return sanitize ? Sanitized(name) : name;
        }

        // A comma and a name of one sign may become ";a=true".
        Begin(name, (tags.Length * 6) + host.Length + 16);
        var more = !tags.IsEmpty;
        while (more)
        {
            var tag = Next(ref tags, out more);
            var colon = tag.IndexOf((byte)':');
            if (tag.IsEmpty || colon == 0 || colon == tag.Length - 1)
            {
                continue;
            }

            Append(tag);
            if (colon < 0)
            {
                AppendRaw("=true"u8);
            }
        }

        if (!host.IsEmpty)
        {
            AppendRaw(";host="u8);
            AppendRaw(host);
        }

        return Key();
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> tags, out bool more)
    {
        var comma = tags.IndexOf((byte)',');
        more = comma >= 0;
        var tag = more ? tags[..comma] : tags;
        tags = more ? tags[(comma + 1)..] : default;
        return tag;
    }

    private void Begin(ReadOnlySpan<byte> name, int more)
    {
        Reserve(name.Length + more);
        _length = 0;
        AppendRaw(name);
    }

    private void Append(ReadOnlySpan<byte> tag)
    {
        _key[_length++] = (byte)';';
        var written = _key.AsSpan(_length, tag.Length);
        AppendRaw(tag);
        if (written.IndexOf((byte)';') is >= 0 and var semicolon)
        {
            written[semicolon] = (byte)'_';
        }

        if (written.IndexOf((byte)':') is >= 0 and var colon)
        {
            written[colon] = (byte)'=';
        }
    }

    private ReadOnlySpan<byte> Key()
    {
        var key = _key.AsSpan(0, _length);
        return sanitize ? Sanitized(key) : key;
    }

    private ReadOnlySpan<byte> Sanitized(ReadOnlySpan<byte> key)
    {
        if (key.IndexOfAnyExcept(StatsdKey.Allowed) < 0)
        {
            return key;
        }

        // Of the scratch itself in place: the sanitised form is never longer, nor ahead of what is read.
        Reserve(key.Length);
        return _key.AsSpan(0, StatsdKey.Sanitize(key, _key));
    }

    private void AppendRaw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_key.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int length)
    {
        if (_key.Length < length)
        {
            _key = new byte[Math.Max(length, _key.Length * 2)];
        }
    }
}
