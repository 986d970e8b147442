namespace Sightline.Core.Wire.AccessLog;

/// <summary>
/// NCSA common and combined, each with or without the virtual host in front: what Apache and nginx write unless told otherwise.
/// Fields behind the user agent (a forwarded-for header, timings) are left alone.
/// </summary>
internal sealed class NcsaParser(LogClock clock)
{
    private readonly byte[] _lastDate = new byte[64];
    private int _lastDateLength;
    private long _lastMs;
    private bool _lastFraction;

    /// <param name="text">The line.</param>
    /// <param name="format">One of the four forms, or <see cref="LogFormat.Auto"/>: whichever the line has.</param>
    /// <param name="line">Receives the fields.</param>
    public bool TryParse(ReadOnlySpan<byte> text, LogFormat format, ref LogLine line)
    {
        if (!TryFindDate(text, out var head, out var cursor) || !TryHead(head, format, ref line, out var hasHost)
            || !cursor.TryBracketed(out var date) || !TryDate(date, ref line))
        {
            return false;
        }

        if (!cursor.TryQuoted(out var request) || !FieldCursor.TryStatus(cursor.Word(), out line.Status))
        {
            return false;
        }

        cursor.Word(); // bytes sent: a number or `-`, missing in some configurations
        line.Escapes = FieldEscapes.Backslash;
        line.SetRequest(request);
        var wantsRest = format is not (LogFormat.Common or LogFormat.CommonVhost);
        cursor.SkipBlanks();
        var isCombined = wantsRest && (format is not LogFormat.Auto || cursor.Rest.StartsWith("\""u8));
        if (isCombined && !(cursor.TryQuoted(out line.Referrer) && cursor.TryQuoted(out line.UserAgent)))
        {
            return false;
        }

        line.Referrer = FieldCursor.Given(line.Referrer);
        line.UserAgent = FieldCursor.Given(line.UserAgent);
        line.Format = (isCombined, hasHost) switch
        {
            (true, true) => LogFormat.CombinedVhost,
            (true, false) => LogFormat.Combined,
            (false, true) => LogFormat.CommonVhost,
            _ => LogFormat.Common,
        };
        return true;
    }

    /// <summary>The user name may hold blanks and brackets, so the head ends where a bracket opens a date.</summary>
    private static bool TryFindDate(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> head, out FieldCursor cursor)
    {
        for (var from = 0; ;)
        {
            var bracket = text[from..].IndexOf((byte)'[');
            if (bracket < 0)
            {
                head = default;
                cursor = default;
                return false;
            }

            bracket += from;
            if (bracket > 0 && bracket + 22 < text.Length && text[bracket + 3] == '/' && text[bracket + 12] == ':')
            {
                head = text[..bracket];
                cursor = new FieldCursor(text[bracket..]);
                return true;
            }

            from = bracket + 1;
        }
    }

    private static bool TryHead(ReadOnlySpan<byte> head, LogFormat format, ref LogLine line, out bool hasHost)
    {
        var cursor = new FieldCursor(head);
        var first = cursor.Word();
        var second = cursor.Word();
        var third = cursor.Word();
        var fourth = cursor.Word();
        // host ident user, or vhost host ident user: in the second form an address, or a name before `- user`, is the second word.
        hasHost = format switch
        {
            LogFormat.Common or LogFormat.Combined => false,
            LogFormat.CommonVhost or LogFormat.CombinedVhost => true,
            _ => !third.IsEmpty && (LogText.LooksLikeAddress(second) || (!fourth.IsEmpty && third.SequenceEqual("-"u8) && !second.SequenceEqual("-"u8))),
        };
        line.Host = hasHost ? FieldCursor.Given(first) : default;
        line.ClientIp = FieldCursor.Given(hasHost ? second : first);
        return !(hasHost ? third : second).IsEmpty;
    }

    /// <summary>Most lines have the date of the line before.</summary>
    private bool TryDate(ReadOnlySpan<byte> date, ref LogLine line)
    {
        if (!date.SequenceEqual(_lastDate.AsSpan(0, _lastDateLength)))
        {
            if (!LogTime.TryNcsa(date, out var ms, out var hasFraction, out var hasZone))
            {
                return false;
            }

            _lastMs = hasZone ? ms : clock.ToUtc(ms);
            _lastFraction = hasFraction;
            _lastDateLength = date.Length <= _lastDate.Length ? date.Length : 0;
            date[.._lastDateLength].CopyTo(_lastDate);
        }

        line.TimeMs = _lastMs;
        line.HasFraction = _lastFraction;
        return true;
    }
}
