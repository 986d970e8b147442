namespace Sightline.Core.Wire.AccessLog;

/// <summary>S3 server access logs. A bucket named like a host is the site: so buckets are named that serve one.</summary>
internal static class S3Parser
{
    public static bool TryParse(ReadOnlySpan<byte> text, ref LogLine line)
    {
        var cursor = new FieldCursor(text);
        cursor.Word(); // owner
        var bucket = cursor.Word();
        if (!cursor.TryBracketed(out var date) || !LogTime.TryNcsa(date, out line.TimeMs, out line.HasFraction, out var hasZone) || !hasZone)
        {
            return false;
        }

        var address = cursor.Word();
        if (!LogText.LooksLikeAddress(address) && !address.SequenceEqual("-"u8))
        {
            return false;
        }

        line.ClientIp = FieldCursor.Given(address);
        // requester, request id, operation, key; behind the status: error, bytes, size, two durations
        if (!cursor.SkipWords(4) || !cursor.TryField(out var request) || !FieldCursor.TryStatus(cursor.Word(), out line.Status) || !cursor.SkipWords(5)
            || !cursor.TryField(out line.Referrer) || !cursor.TryField(out line.UserAgent))
        {
            return false;
        }

        line.Format = LogFormat.S3;
        line.Escapes = FieldEscapes.Backslash;
        line.Host = bucket.Contains((byte)'.') ? bucket : default;
        line.Referrer = FieldCursor.Given(line.Referrer);
        line.UserAgent = FieldCursor.Given(line.UserAgent);
        line.SetRequest(request);
        return true;
    }
}
