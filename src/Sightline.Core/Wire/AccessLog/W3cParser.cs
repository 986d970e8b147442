using System.Text;

namespace Sightline.Core.Wire.AccessLog;

/// <summary>W3C extended log lines; which field is which a <c>#Fields:</c> line says, at the top and wherever it changes.</summary>
internal sealed class W3cParser(LogClock clock)
{
    /// <summary>What IIS writes by default, for a piece of a log whose header is lost.</summary>
    private static readonly Field[] IisDefault = Parse(
        "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken");

    private const int LongestFields = 6000;

    private readonly byte[] _lastDate = new byte[10];
    private long _lastDateMs = long.MinValue;
    private Field[] _fields = [];
    private bool _isCloudFront;

    private enum Field : byte
    {
        Other,
        Date,
        Time,
        ClientIp,
        Host,
        BetterHost,
        Method,
        Stem,
        Query,
        Uri,
        Status,
        UserAgent,
        Referrer,
        EdgeLocation,
    }

    /// <summary>The list of fields in force, as the header gave it; empty before any.</summary>
    public byte[] Fields { get; private set; } = [];

    /// <summary>Takes a line that begins with <c>#</c>; those other than <c>#Fields:</c> say nothing of use.</summary>
    public void Directive(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("#Fields:"u8) && line.Length <= LongestFields)
        {
            SetFields(line["#Fields:"u8.Length..].Trim(" \t"u8));
        }
    }

    public void SetFields(ReadOnlySpan<byte> list)
    {
        Fields = list.ToArray();
        _fields = Parse(Encoding.ASCII.GetString(list));
        _isCloudFront = _fields.Contains(Field.EdgeLocation);
    }

    public bool TryParse(ReadOnlySpan<byte> text, LogFormat format, ref LogLine line)
    {
        var isCloudFront = format == LogFormat.CloudFront || _isCloudFront;
        line.Format = isCloudFront ? LogFormat.CloudFront : LogFormat.W3c;
        line.Escapes = isCloudFront ? FieldEscapes.Percent : FieldEscapes.Plus;
        return TryFields(text, _fields.Length > 0 ? _fields : IisDefault, ref line);
    }

    private bool TryFields(ReadOnlySpan<byte> text, Field[] fields, ref LogLine line)
    {
        ReadOnlySpan<byte> date = default, time = default, betterHost = default;
        // CloudFront names its fields with blanks between and separates the values with tabs.
        var byTabs = text.Contains((byte)'\t');
        var cursor = new FieldCursor(text);
        var hasStatus = false;
        foreach (var field in fields)
        {
            if (!(byTabs ? cursor.TryTabbed(out var value) : cursor.TryField(out value)))
            {
                return false;
            }

            switch (field)
            {
                case Field.Date: date = value; break;
                case Field.Time: time = value; break;
                case Field.ClientIp: line.ClientIp = FieldCursor.Given(value); break;
                case Field.Host: line.Host = FieldCursor.Given(value); break;
                case Field.BetterHost: betterHost = FieldCursor.Given(value); break;
                case Field.Method: line.Method = FieldCursor.Given(value); break;
                case Field.Stem or Field.Uri: line.Target = FieldCursor.Given(value); break;
                case Field.Query: line.Query = FieldCursor.Given(value); break;
                case Field.UserAgent: line.UserAgent = FieldCursor.Given(value); break;
                case Field.Referrer: line.Referrer = FieldCursor.Given(value); break;
                case Field.Status:
                    if (!FieldCursor.TryStatus(value, out line.Status))
                    {
                        return false;
                    }

                    hasStatus = true;
                    break;
            }
        }

        cursor.SkipBlanks();
        line.Host = betterHost.IsEmpty ? line.Host : betterHost;
        return hasStatus && cursor.AtEnd && TryTime(date, time, ref line);
    }

    private bool TryTime(ReadOnlySpan<byte> date, ReadOnlySpan<byte> time, ref LogLine line)
    {
        if (!date.SequenceEqual(_lastDate) || _lastDateMs == long.MinValue)
        {
            if (!LogTime.TryDate(date, out _lastDateMs))
            {
                _lastDateMs = long.MinValue;
                return false;
            }

            date.CopyTo(_lastDate);
        }

        if (!LogTime.TryClock(time, out var clockMs))
        {
            return false;
        }

        line.HasFraction = time.Length > 8;
        line.TimeMs = clock.ToUtc(_lastDateMs + clockMs);
        return true;
    }

    private static Field[] Parse(string list) => [.. list.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Take(256).Select(Known)];

    private static Field Known(string name) => name.ToLowerInvariant() switch
    {
        "date" => Field.Date,
        "time" => Field.Time,
        "c-ip" => Field.ClientIp,
        "cs-host" or "cs(host)" => Field.Host,
        "x-host-header" => Field.BetterHost,
        "cs-method" => Field.Method,
        "cs-uri-stem" => Field.Stem,
        "cs-uri-query" => Field.Query,
        "cs-uri" => Field.Uri,
        "sc-status" => Field.Status,
        "cs(user-agent)" => Field.UserAgent,
        "cs(referer)" or "cs(referrer)" => Field.Referrer,
        "x-edge-location" => Field.EdgeLocation,
        _ => Field.Other,
    };
}
