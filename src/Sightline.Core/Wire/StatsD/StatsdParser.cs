namespace Sightline.Core.Wire.StatsD;

/// <summary>
/// Reads the StatsD line protocol as statsd 0.9.0 does, quirks included: <c>key(:value|type[|@rate])+[|#tag:value,...]</c>, lines separated by LF.
/// Any type other than <c>g</c>, <c>ms</c> and <c>s</c> is a counter. For one thread.
/// </summary>
/// <param name="sanitize">Make keys fit for Graphite at once: white space to <c>_</c>, <c>/</c> to <c>-</c>, other signs away.</param>
public sealed class StatsdParser(bool sanitize = true)
{
    private byte[] _key = new byte[512];
    private int _keyLength;

    public void Read(ReadOnlySpan<byte> packet, IStatsdSink sink)
    {
        sink.Packet();
        while (!packet.IsEmpty)
        {
            var end = packet.IndexOf((byte)'\n');
            var line = end < 0 ? packet : packet[..end];
            packet = end < 0 ? default : packet[(end + 1)..];
            if (!line.IsEmpty)
            {
                sink.Line();
                ReadLine(line, sink);
            }
        }
    }

    private void ReadLine(ReadOnlySpan<byte> line, IStatsdSink sink)
    {
        var values = line;
        ReadOnlySpan<byte> tags = default;
        var hash = line.IndexOf("|#"u8);
        if (hash >= 0)
        {
            values = line[..hash];
            tags = line[(hash + 2)..];
            var another = tags.IndexOf("|#"u8);
            tags = another < 0 ? tags : tags[..another];
        }

        var colon = values.IndexOf((byte)':');
        if (colon < 0)
        {
            // A key alone counts as the value "1", which has no type.
            sink.Bad(line);
            return;
        }

        var key = Key(values[..colon], tags);
        values = values[(colon + 1)..];
        while (true)
        {
            var next = values.IndexOf((byte)':');
            if (!TryValue(key, next < 0 ? values : values[..next], sink))
            {
                sink.Bad(line);
            }

            if (next < 0)
            {
                return;
            }

            values = values[(next + 1)..];
        }
    }

    private static bool TryValue(ReadOnlySpan<byte> key, ReadOnlySpan<byte> fields, IStatsdSink sink)
    {
        var bar = fields.IndexOf((byte)'|');
        if (bar < 0)
        {
            return false;
        }

        var text = fields[..bar];
        var type = fields[(bar + 1)..];
        var weight = 1.0;
        bar = type.IndexOf((byte)'|');
        if (bar >= 0)
        {
            var rate = type[(bar + 1)..];
            type = type[..bar];
            bar = rate.IndexOf((byte)'|');
            if (!TryWeight(bar < 0 ? rate : rate[..bar], out weight))
            {
                return false;
            }
        }

        // What is demanded of the value goes by the type as written, what becomes of it by the type without blanks: "ms " takes negative times.
        double value = 0;
        if (!type.SequenceEqual("s"u8) && (!JsNumber.TryParse(text, out value) || (value < 0 && type.SequenceEqual("ms"u8))))
        {
            return false;
        }

        type = type.Length <= 2 && type.IndexOfAnyExceptInRange((byte)'a', (byte)'z') < 0 ? type : JsNumber.Trim(type);
        if (type.SequenceEqual("ms"u8))
        {
            sink.Timer(key, value, weight);
        }
        else if (type.SequenceEqual("g"u8))
        {
            sink.Gauge(key, value, text[0] is (byte)'+' or (byte)'-');
        }
        else if (type.SequenceEqual("s"u8))
        {
            sink.Set(key, text.IsEmpty ? "0"u8 : text);
        }
        else
        {
            sink.Counter(key, value * weight);
        }

        return true;
    }

    // "@0.1": ten measurements. A rate must be a number in JavaScript's eyes, and of it only the digits and points are read: "@2e-1" is 2.
    private static bool TryWeight(ReadOnlySpan<byte> text, out double weight)
    {
        weight = 1;
        if (text.Length < 2 || text[0] != '@' || text[1] == '-' || !JsNumber.TryParse(text[1..], out _))
        {
            return false;
        }

        var digits = text[1..];
        var end = digits.IndexOfAnyExcept(StatsdKey.RateSigns);
        // statsd itself dies of "@+1".
        if (!JsNumber.TryParse(end < 0 ? digits : digits[..end], out var rate))
        {
            return false;
        }

        weight = 1 / rate;
        return true;
    }

    private ReadOnlySpan<byte> Key(ReadOnlySpan<byte> name, ReadOnlySpan<byte> tags)
    {
        if (tags.IsEmpty)
        {
            return sanitize ? Sanitized(name) : name;
        }

        Reserve(name.Length + tags.Length + 1);
        _keyLength = 0;
        Append(name);
        while (true)
        {
            var comma = tags.IndexOf((byte)',');
            var tag = comma < 0 ? tags : tags[..comma];
            _key[_keyLength++] = (byte)';';
            var from = _keyLength;
            Append(tag);
            var written = _key.AsSpan(from, tag.Length);
            if (written.IndexOf((byte)';') is >= 0 and var semicolon)
            {
                written[semicolon] = (byte)'_';
            }

            if (written.IndexOf((byte)':') is >= 0 and var colon)
            {
                written[colon] = (byte)'=';
            }

            if (comma < 0)
            {
                break;
            }

            tags = tags[(comma + 1)..];
        }

        var key = _key.AsSpan(0, _keyLength);
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

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_key.AsSpan(_keyLength));
        _keyLength += bytes.Length;
    }

    private void Reserve(int length)
    {
        if (_key.Length < length)
        {
            _key = new byte[Math.Max(length, _key.Length * 2)];
        }
    }
}
