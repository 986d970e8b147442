using System.Buffers;

namespace Sightline.Core.Wire.AccessLog;

/// <summary>
/// HAProxy's HTTP log (<c>option httplog</c>), behind whatever syslog puts in front. It names neither referrer nor user agent: captured
/// headers have no names in the log.
/// </summary>
internal sealed class HaProxyParser(LogClock clock)
{
    private static readonly SearchValues<byte> DurationBytes = SearchValues.Create("0123456789/-+"u8);

    public bool TryParse(ReadOnlySpan<byte> text, ref LogLine line)
    {
        for (var from = 0; ;)
        {
            var bracket = text[from..].IndexOf(" ["u8);
            if (bracket < 0)
            {
                return false;
            }

            bracket += from;
            var cursor = new FieldCursor(text[(bracket + 1)..]);
            if (cursor.TryBracketed(out var date) && LogTime.TryNcsa(date, out var ms, out line.HasFraction, out var hasZone) && line.HasFraction && !hasZone)
            {
                line.TimeMs = clock.ToUtc(ms);
                var head = text[..bracket];
                line.ClientIp = head[(head.LastIndexOf((byte)' ') + 1)..];
                return TryRest(ref cursor, ref line);
            }

            from = bracket + 2;
        }
    }

    private static bool TryRest(ref FieldCursor cursor, ref LogLine line)
    {
        // frontend, backend/server, durations; strict, because a broken line of another server must not pass for one of these
        if (!cursor.SkipWords(1) || !cursor.Word().Contains((byte)'/') || !IsDurations(cursor.Word()) || !FieldCursor.TryStatus(cursor.Word(), out line.Status))
        {
            return false;
        }

        var open = cursor.Rest.IndexOf((byte)'"');
        var close = cursor.Rest.LastIndexOf((byte)'"');
        if (open < 0 || close == open)
        {
            return false;
        }

        line.Format = LogFormat.HaProxy;
        line.Escapes = FieldEscapes.None;
        line.SetRequest(cursor.Rest[(open + 1)..close]);
        return true;
    }

    /// <summary><c>10/0/30/69/109</c>; -1 for a phase not reached, + before a total still running.</summary>
    private static bool IsDurations(ReadOnlySpan<byte> word) => word.Count((byte)'/') is 3 or 4 && !word.ContainsAnyExcept(DurationBytes);
}
