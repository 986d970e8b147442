using Sightline.Core.Model;

namespace Sightline.Core.Wire.AccessLog;

/// <summary>
/// Turns lines of one access log, in their order, into page views and downloads, or into the reason why a line is none. Not for
/// several files or threads: it remembers the format, the fields a header named and the seconds it has seen.
/// </summary>
public sealed class AccessLogReader
{
    private const byte StateVersion = 1;

    private readonly AccessLogOptions _options;
    private readonly byte[] _host;
    private readonly NcsaParser _ncsa;
    private readonly W3cParser _w3c;
    private readonly JsonLineParser _json;
    private readonly HaProxyParser _haProxy;
    private readonly SecondCounter _seconds = new();
    private readonly LogText _text = new();
    private readonly IncomingFlags _flags;
    private LogFormat _last;

    public AccessLogReader(AccessLogOptions options)
    {
        var clock = new LogClock(options.Zone);
        _options = options;
        _host = System.Text.Encoding.UTF8.GetBytes(options.Host ?? "");
        _ncsa = new NcsaParser(clock);
        _w3c = new W3cParser(clock);
        _json = new JsonLineParser(clock);
        _haProxy = new HaProxyParser(clock);
        _flags = options.IncludeBots ? IncomingFlags.AllowBots : IncomingFlags.None;
    }

    /// <summary>The format of the last line that could be read.</summary>
    public LogFormat Format => _last;

    /// <summary>Reads one line, without its line break.</summary>
    /// <param name="text">The line.</param>
    /// <param name="item">The event, when the line is one.</param>
    /// <param name="reason">Why not, when the line was dropped.</param>
    /// <param name="sample">What a dropped line was, when <paramref name="wantSample"/> asks for it.</param>
    /// <param name="wantSample">Whether a sample for the reason is wanted; samples cost more than reading.</param>
    public LineKind Read(ReadOnlySpan<byte> text, out IncomingEvent? item, out DropReason reason, out string? sample, Func<DropReason, bool>? wantSample = null)
    {
        item = null;
        reason = default;
        sample = null;
        text = text.Trim(" \t\r\0"u8);
        if (text.IsEmpty)
        {
            return LineKind.NotRecord;
        }

        if (text[0] == (byte)'#')
        {
            _w3c.Directive(text);
            return LineKind.NotRecord;
        }

        LogLine line = default;
        if (!TryParse(text, ref line))
        {
            reason = DropReason.Malformed;
            sample = wantSample?.Invoke(reason) == true ? DropSample.Of(text) : null;
            return LineKind.Dropped;
        }

        _last = line.Format;
        // Before anything is dropped: the numbers must not depend on what is kept.
        var milliseconds = line.HasFraction ? 0 : _seconds.Next(Math.DivRem(line.TimeMs, 1000).Quotient);
        reason = ToEvent(line, milliseconds, out item);
        if (item is null)
        {
            sample = wantSample?.Invoke(reason) == true ? DropSample.Of(line) : null;
            return LineKind.Dropped;
        }

        return LineKind.Event;
    }

    /// <summary>What <see cref="Load"/> needs to go on behind the last line read.</summary>
    public byte[] Save() =>
        [StateVersion, (byte)_last, (byte)_w3c.Fields.Length, (byte)(_w3c.Fields.Length >> 8), .. _w3c.Fields, .. _seconds.Save()];

    /// <exception cref="InvalidDataException">The state was written by a newer version.</exception>
    public void Load(ReadOnlySpan<byte> state)
    {
        if (state.Length < 4 || state[0] != StateVersion || state.Length < 4 + (state[2] | (state[3] << 8)))
        {
            throw new InvalidDataException("the import's saved state is not one this version can read");
        }

        var fields = state[2] | (state[3] << 8);
        _last = (LogFormat)state[1];
        if (fields > 0)
        {
            _w3c.SetFields(state.Slice(4, fields));
        }

        _seconds.Load(state[(4 + fields)..]);
    }

    private bool TryParse(ReadOnlySpan<byte> text, ref LogLine line)
    {
        if (_options.Format != LogFormat.Auto)
        {
            return TryAs(_options.Format, text, ref line);
        }

        if (text[0] == (byte)'{')
        {
            return _json.TryParse(text, ref line);
        }

        var first = FamilyOf(_last);
        if (first != LogFormat.Auto && TryAs(first, text, ref line))
        {
            return true;
        }

        ReadOnlySpan<LogFormat> families = [LogFormat.Combined, LogFormat.W3c, LogFormat.Elb, LogFormat.S3, LogFormat.HaProxy];
        foreach (var family in families)
        {
            line = default;
            if (family != first && TryAs(family == LogFormat.Combined ? LogFormat.Auto : family, text, ref line))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryAs(LogFormat format, ReadOnlySpan<byte> text, ref LogLine line) => format switch
    {
        LogFormat.NginxJson or LogFormat.Caddy or LogFormat.Traefik => _json.TryParse(text, ref line),
        LogFormat.W3c or LogFormat.CloudFront => _w3c.TryParse(text, format, ref line),
        LogFormat.Elb => ElbParser.TryParse(text, ref line),
        LogFormat.S3 => S3Parser.TryParse(text, ref line),
        LogFormat.HaProxy => _haProxy.TryParse(text, ref line),
        _ => _ncsa.TryParse(text, format, ref line),
    };

    private DropReason ToEvent(in LogLine line, int milliseconds, out IncomingEvent? item)
    {
        item = null;
        if (AccessLogRules.Refuse(line, _options, out var isDownload) is { } refused)
        {
            return refused;
        }

        var flags = _flags;
        var target = _text.Unescape(line.Target, line.Escapes == FieldEscapes.Backslash ? FieldEscapes.Backslash : FieldEscapes.None);
        if (!AccessLogUrl.TrySplit(target, line.Host, _host, out var scheme, out var host, out var path))
        {
            return DropReason.BadUrl;
        }

        if (host.IsEmpty)
        {
            flags |= IncomingFlags.AnyHost;
        }

        var url = _text.Url(scheme, host, path, path.Contains((byte)'?') ? default : line.Query);
        if (url is null)
        {
            return DropReason.TooLarge;
        }

        item = new IncomingEvent
        {
            Kind = isDownload ? EventKind.Interaction : EventKind.PageView,
            Name = isDownload ? "download" : "pageview",
            TimeMs = line.TimeMs + milliseconds,
            Url = url,
            Referrer = _text.Decode(line.Referrer, line.Escapes == FieldEscapes.Backslash ? FieldEscapes.Backslash : FieldEscapes.None, EventLimits.Referrer),
            UserAgent = _text.Decode(line.UserAgent, line.Escapes, EventLimits.UserAgent),
            ClientIp = _text.Decode(LogText.AddressIn(line.ClientIp), FieldEscapes.None, EventLimits.Id),
            Flags = flags,
        };
        return default;
    }

    private static LogFormat FamilyOf(LogFormat format) => format switch
    {
        LogFormat.CloudFront or LogFormat.W3c => LogFormat.W3c,
        LogFormat.Elb or LogFormat.S3 or LogFormat.HaProxy => format,
        _ => LogFormat.Auto,
    };
}
