using System.Globalization;
using System.Text;

namespace Sightline.Core.Wire.StatsD;

/// <summary>
/// What DogStatsD (protocol 1.0 to 1.4) writes beyond statsd: several values at once (<c>a:1:2|c</c>), fields behind the type in any order
/// (<c>@rate</c>, <c>#tags</c>, <c>T</c>ime, <c>c:</c>ontainer, <c>e:</c>xternal data, <c>card:</c>inality), events and service checks. The last three
/// fields of a value say where the sender runs and are not kept: a container's id would make a new series at each of its starts. For one thread.
/// </summary>
internal sealed class DogStatsdParser(StatsdKeyBuilder keys)
{
    /// <summary>Reads a line when it is of DogStatsD's form.</summary>
    /// <returns>Whether it was; if not, it is statsd's to read and nothing was told.</returns>
    public bool TryRead(ReadOnlySpan<byte> line, IStatsdSink sink)
    {
        if (line[0] == '_')
        {
            if (line.StartsWith("_e{"u8))
            {
                Tell(DogStatsdEvent.TryRead(line, sink), line, sink);
                return true;
            }

            if (line.StartsWith("_sc|"u8))
            {
                Tell(TryCheck(line["_sc|"u8.Length..], sink), line, sink);
                return true;
            }
        }

        var bar = line.IndexOf((byte)'|');
        var colon = line.IndexOf((byte)':');
        if (bar < 0 || colon < 0 || colon > bar)
        {
            return false;
        }

        var type = Field(line[(bar + 1)..], out var fields, out var more);
        var values = line[(colon + 1)..bar];
        // a:1|c:2|c is statsd's way of several values; what both read the same way is left to it, too.
        if (type.Contains((byte)':') || (!more && type is not [(byte)'h'] and not [(byte)'d'] && !values.Contains((byte)':')))
        {
            return false;
        }

        return TryFields(fields, more, out var said) && Read(line, line[..colon], values, type, said, sink);
    }

    private static bool TryFields(ReadOnlySpan<byte> fields, bool more, out Fields said)
    {
        said = default;
        said.Weight = 1;
        while (more)
        {
            var field = Field(fields, out fields, out more);
            if (field is [(byte)'#', ..])
            {
                said.Tags = field[1..];
            }
            else if (field is [(byte)'@', ..] && !field.Contains((byte)':'))
            {
                said.IsBad |= !StatsdParser.TryWeight(field, out said.Weight);
            }
            else if (field is [(byte)'T', ..] && !field.Contains((byte)':'))
            {
                said.IsBad |= !TryTime(field[1..], out said.Time);
            }
            else if (!field.StartsWith("c:"u8) && !field.StartsWith("e:"u8) && !field.StartsWith("card:"u8))
            {
                if (field.Contains((byte)':'))
                {
                    return false;
                }

                said.IsBad = true;
            }
        }

        return true;
    }

    private bool Read(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, ReadOnlySpan<byte> values, ReadOnlySpan<byte> type, Fields said, IStatsdSink sink)
    {
        var key = keys.Dog(name, said.Tags);
        if (said.IsBad)
        {
            sink.Bad(line);
            return true;
        }

        if (type.SequenceEqual("s"u8))
        {
            // The members of a set may have colons: no packing there.
            sink.Set(key, values.IsEmpty ? "0"u8 : values);
            return true;
        }

        while (true)
        {
            var next = values.IndexOf((byte)':');
            Tell(TryValue(key, next < 0 ? values : values[..next], type, said, sink), line, sink);
            if (next < 0)
            {
                return true;
            }

            values = values[(next + 1)..];
        }
    }

    private static bool TryValue(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, ReadOnlySpan<byte> type, Fields said, IStatsdSink sink)
    {
        if (!JsNumber.TryParse(text, out var value))
        {
            return false;
        }

        if (type.SequenceEqual("ms"u8) || type is [(byte)'h'] or [(byte)'d'])
        {
            if (value < 0 && type.Length == 2)
            {
                return false;
            }

            sink.Timer(key, value, said.Weight);
        }
        else if (type.SequenceEqual("g"u8))
        {
            if (said.Time > 0)
            {
                sink.At(key, value, said.Time, isCounter: false);
            }
            else
            {
                sink.Gauge(key, value, text[0] is (byte)'+' or (byte)'-');
            }
        }
        else if (said.Time > 0)
        {
            sink.At(key, value * said.Weight, said.Time, isCounter: true);
        }
        else
        {
            sink.Counter(key, value * said.Weight);
        }

        return true;
    }

    private bool TryCheck(ReadOnlySpan<byte> line, IStatsdSink sink)
    {
        var name = Field(line, out line, out var more);
        if (!more || name.IsEmpty)
        {
            return false;
        }

        var status = Field(line, out line, out more);
        if (status is not [>= (byte)'0' and <= (byte)'3'])
        {
            return false;
        }

        ReadOnlySpan<byte> tags = default;
        ReadOnlySpan<byte> host = default;
        var message = "";
        uint time = 0;
        while (more)
        {
            // The message is last, and may have bars in it.
            if (line.StartsWith("m:"u8))
            {
                message = Plain(line[2..]);
                break;
            }

            var field = Field(line, out line, out more);
            if (field is [(byte)'#', ..])
            {
                tags = field[1..];
            }
            else if (field.StartsWith("h:"u8))
            {
                host = field[2..];
            }
            else if (field.StartsWith("d:"u8) && !TryTime(field[2..], out time))
            {
                return false;
            }
        }

        sink.Check(keys.Dog(name, tags, host), status[0] - '0', time, message);
        return true;
    }

    internal static string Plain(ReadOnlySpan<byte> text) =>
        Encoding.UTF8.GetString(text).Replace("\\n", "\n", StringComparison.Ordinal).Replace("m\\:", "m:", StringComparison.Ordinal);

    internal static bool TryTime(ReadOnlySpan<byte> text, out uint time) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out time) && time > 0;

    internal static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest, out bool more)
    {
        var bar = text.IndexOf((byte)'|');
        more = bar >= 0;
        rest = more ? text[(bar + 1)..] : default;
        return more ? text[..bar] : text;
    }

    private static void Tell(bool read, ReadOnlySpan<byte> line, IStatsdSink sink)
    {
        if (!read)
        {
            sink.Bad(line);
        }
    }

    private ref struct Fields
    {
        public ReadOnlySpan<byte> Tags;
        public double Weight;
        public uint Time;
        public bool IsBad;
    }
}
