namespace Sightline.Core.Wire.AccessLog;

/// <summary>Access logs of AWS load balancers, classic (begins with the time) and application (begins with the type).</summary>
internal static class ElbParser
{
    public static bool TryParse(ReadOnlySpan<byte> text, ref LogLine line)
    {
        var cursor = new FieldCursor(text);
        if (!TryTime(cursor.Word(), ref line) && !TryTime(cursor.Word(), ref line))
        {
            return false;
        }

        cursor.Word(); // name of the balancer
        line.ClientIp = FieldCursor.Given(cursor.Word());
        // the backend and three durations
        if (!cursor.SkipWords(4) || !FieldCursor.TryStatus(cursor.Word(), out line.Status) || !cursor.SkipWords(3)
            || !cursor.TryQuoted(out var request) || !cursor.TryQuoted(out line.UserAgent))
        {
            return false;
        }

        line.Format = LogFormat.Elb;
        line.Escapes = FieldEscapes.Backslash;
        line.UserAgent = FieldCursor.Given(line.UserAgent);
        line.SetRequest(request);
        return true;
    }

    private static bool TryTime(ReadOnlySpan<byte> text, ref LogLine line) => LogTime.TryIso(text, out line.TimeMs, out line.HasFraction, out var hasZone) && hasZone;
}
