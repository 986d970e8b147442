using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Sightline.Core.Wire.AccessLog;

/// <summary>
/// One JSON object a line: nginx under whatever names its configuration chose, Caddy, Traefik. Keys are matched without regard to case
/// and <c>-</c> or <c>_</c>; where several keys can give a field, the one that says most wins.
/// </summary>
internal sealed class JsonLineParser(LogClock clock)
{
    private static readonly FrozenDictionary<ulong, (Field Field, byte Rank)> Keys = Table().ToFrozenDictionary(static entry => Hash(Encoding.ASCII.GetBytes(entry.Name)), static entry => (entry.Field, entry.Rank));
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32 };

    private const byte WholeTarget = 4;

    private readonly byte[] _ranks = new byte[(int)Field.Last];
    private byte[] _scratch = [];
    private int _scratchUsed;

    private enum Field : byte
    {
        None,
        Time,
        ClientIp,
        Host,
        Request,
        Method,
        Target,
        Query,
        Status,
        Referrer,
        UserAgent,
        Headers,
        Traefik,
        Last,
    }

    public bool TryParse(ReadOnlySpan<byte> text, ref LogLine line)
    {
        if (text.IndexOf("\\x"u8) >= 0)
        {
            text = FixNginxEscapes(text);
        }

        Array.Clear(_ranks);
        _scratchUsed = 0;
        if (_scratch.Length < text.Length)
        {
            _scratch = new byte[text.Length * 2];
        }

        line.Format = LogFormat.NginxJson;
        line.Escapes = FieldEscapes.None;
        try
        {
            var reader = new Utf8JsonReader(text, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !TryObject(ref reader, ref line) || reader.Read())
            {
                return false;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string in it is no text (a lone surrogate): the caller counts the line as malformed.
            return false;
        }

        return _ranks[(int)Field.Time] > 0 && _ranks[(int)Field.Status] > 0 && !(line.Method.IsEmpty && line.Target.IsEmpty && _ranks[(int)Field.Request] == 0);
    }

    private bool TryObject(ref Utf8JsonReader reader, ref LogLine line)
    {
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (field, rank) = Keys.GetValueOrDefault(Hash(reader.ValueIsEscaped ? default : reader.ValueSpan));
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                if (field is not (Field.Request or Field.Headers))
                {
                    reader.Skip();
                    continue;
                }

                line.Format = field == Field.Request ? LogFormat.Caddy : line.Format;
                if (!TryObject(ref reader, ref line))
                {
                    return false;
                }

                continue;
            }

            if (reader.TokenType == JsonTokenType.StartArray)
            {
                // Caddy gives each header as a list; the first is what the others would be taken for.
                var level = reader.CurrentDepth;
                reader.Read();
                if (reader.TokenType == JsonTokenType.String && !TryField(field, rank, ref reader, ref line))
                {
                    return false;
                }

                while (reader.CurrentDepth > level && reader.Read())
                {
                }

                continue;
            }

            if (field != Field.None && !TryField(field, rank, ref reader, ref line))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == depth;
    }

    private bool TryField(Field field, byte rank, ref Utf8JsonReader reader, ref LogLine line)
    {
        if (field == Field.None || rank < _ranks[(int)field] || reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
        {
            return true;
        }

        var value = FieldCursor.Given(Value(ref reader));
        if (value.IsEmpty)
        {
            return true;
        }

        _ranks[(int)field] = rank;
        switch (field)
        {
            case Field.Time: return TryTime(value, ref line);
            case Field.Status: return FieldCursor.TryStatus(value, out line.Status);
            case Field.ClientIp: line.ClientIp = value; break;
            case Field.Host: line.Host = value; break;
            case Field.Request: SetRequest(value, ref line); break;
            case Field.Method: line.Method = value; break;
            // `uri` is the path after nginx rewrote it: the request as it came says more.
            case Field.Target when rank < WholeTarget && _ranks[(int)Field.Request] > 0: break;
            case Field.Target: line.Target = value; break;
            case Field.Query: line.Query = value; break;
            case Field.Referrer: line.Referrer = value; break;
            case Field.UserAgent: line.UserAgent = value; break;
            case Field.Traefik: line.Format = LogFormat.Traefik; break;
        }

        return true;
    }

    private void SetRequest(ReadOnlySpan<byte> request, ref LogLine line)
    {
        var target = line.Target;
        line.SetRequest(request);
        line.Target = _ranks[(int)Field.Target] >= WholeTarget ? target : line.Target;
    }

    private ReadOnlySpan<byte> Value(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number || !reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        // Unescaped text is never longer than escaped, so the scratch of the line's length holds all fields of the line.
        var target = _scratch.AsSpan(_scratchUsed);
        var length = reader.CopyString(target);
        _scratchUsed += length;
        return target[..length];
    }

    private bool TryTime(ReadOnlySpan<byte> value, ref LogLine line)
    {
        if (LogTime.TryUnix(value, out line.TimeMs, out line.HasFraction))
        {
            return true;
        }

        if (!LogTime.TryIso(value, out line.TimeMs, out line.HasFraction, out var hasZone) && !LogTime.TryNcsa(value, out line.TimeMs, out line.HasFraction, out hasZone))
        {
            return false;
        }

        line.TimeMs = hasZone ? line.TimeMs : clock.ToUtc(line.TimeMs);
        return true;
    }

    /// <summary>Without <c>escape=json</c> nginx writes <c>\xHH</c> for quotes, backslashes, control characters and every byte over 7F, which is no JSON.</summary>
    private static byte[] FixNginxEscapes(ReadOnlySpan<byte> text)
    {
        var output = new MemoryStream(text.Length * 2);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 >= text.Length)
            {
                output.WriteByte(text[i]);
                continue;
            }

            if (text[i + 1] != 'x' || i + 3 >= text.Length || !char.IsAsciiHexDigit((char)text[i + 2]) || !char.IsAsciiHexDigit((char)text[i + 3]))
            {
                output.Write(text.Slice(i++, 2));
                continue;
            }

            var hex = text.Slice(i + 2, 2);
            if (hex[0] < '8')
            {
                output.Write("\\u00"u8);
                output.Write(hex);
            }
            else
            {
                output.WriteByte(Convert.FromHexString(Encoding.ASCII.GetString(hex))[0]);
            }

            i += 3;
        }

        return output.ToArray();
    }

    private static ulong Hash(ReadOnlySpan<byte> key)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var b in key)
        {
            var folded = b == '-' ? (byte)'_' : b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
            hash = (hash ^ folded) * 0x100000001B3;
        }

        return hash;
    }

    private static (string Name, Field Field, byte Rank)[] Table() =>
    [
        ("msec", Field.Time, 4), ("ts", Field.Time, 4), ("startutc", Field.Time, 4), ("time_msec", Field.Time, 4),
        ("time_iso8601", Field.Time, 3), ("time", Field.Time, 3), ("@timestamp", Field.Time, 3), ("timestamp", Field.Time, 3), ("date", Field.Time, 3),
        ("datetime", Field.Time, 3), ("time_local", Field.Time, 2), ("startlocal", Field.Time, 2),
        ("client_ip", Field.ClientIp, 3), ("clienthost", Field.ClientIp, 3), ("clientip", Field.ClientIp, 3), ("remote_addr", Field.ClientIp, 2),
        ("remote_ip", Field.ClientIp, 2), ("ip", Field.ClientIp, 2), ("client", Field.ClientIp, 1), ("remote_address", Field.ClientIp, 2),
        ("host", Field.Host, 3), ("http_host", Field.Host, 3), ("requesthost", Field.Host, 3), ("vhost", Field.Host, 2), ("server_name", Field.Host, 1), ("domain", Field.Host, 1),
        ("request", Field.Request, 1),
        ("method", Field.Method, 2), ("request_method", Field.Method, 2), ("requestmethod", Field.Method, 2), ("verb", Field.Method, 1),
        ("request_uri", Field.Target, WholeTarget), ("requestpath", Field.Target, WholeTarget), ("uri", Field.Target, 3), ("url", Field.Target, 2), ("path", Field.Target, 2), ("document_uri", Field.Target, 1),
        ("args", Field.Query, 2), ("query_string", Field.Query, 2), ("query", Field.Query, 1),
        ("status", Field.Status, 2), ("downstreamstatus", Field.Status, 3), ("response_status", Field.Status, 1), ("status_code", Field.Status, 1),
        ("http_referer", Field.Referrer, 2), ("http_referrer", Field.Referrer, 2), ("referer", Field.Referrer, 2), ("referrer", Field.Referrer, 2), ("request_referer", Field.Referrer, 3),
        ("http_user_agent", Field.UserAgent, 2), ("user_agent", Field.UserAgent, 2), ("useragent", Field.UserAgent, 2), ("agent", Field.UserAgent, 1), ("request_user_agent", Field.UserAgent, 3),
        ("headers", Field.Headers, 1), ("entrypointname", Field.Traefik, 1), ("downstreamcontentsize", Field.Traefik, 1), ("requestcount", Field.Traefik, 1),
    ];
}
