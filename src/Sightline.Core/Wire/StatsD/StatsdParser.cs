namespace Sightline.Core.Wire.StatsD;

/// <summary>
/// Reads the StatsD line protocol as statsd 0.9.0 does, quirks included: <c>key(:value|type[|@rate])+[|#tag:value,...]</c>, lines separated by LF.
/// Any type other than <c>g</c>, <c>ms</c> and <c>s</c> is a counter. For one thread.
/// </summary>
public sealed class StatsdParser
{
    private readonly StatsdKeyBuilder _keys;
    private readonly DogStatsdParser? _dog;

    /// <param name="sanitize">Make keys fit for Graphite at once: white space to <c>_</c>, <c>/</c> to <c>-</c>, other signs away.</param>
    /// <param name="dogStatsd">Read what DogStatsD writes beyond it, too.</param>
    public StatsdParser(bool sanitize = true, bool dogStatsd = false)
    {
        _keys = new StatsdKeyBuilder(sanitize);
        _dog = dogStatsd ? new DogStatsdParser(_keys) : null;
    }

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
        if (_dog is not null && _dog.TryRead(line, sink))
        {
            return;
        }

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

        var key = _keys.Statsd(values[..colon], tags);
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
    internal static bool TryWeight(ReadOnlySpan<byte> text, out double weight)
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
}
