using System.Globalization;
using System.Text;

namespace Sightline.Core.Wire.EventApi;

/// <summary>Times as senders give them.</summary>
internal static class EventTime
{
    /// <summary>1990-01-01: no web page was seen before.</summary>
    private const long EarliestMs = 631_152_000_000;

    /// <summary>A clock may be ahead so far; then the event happened when it was received.</summary>
    private const long DriftMs = 3_600_000;

    private const int LongestText = 40;

    /// <summary><see langword="null"/> when the time cannot be.</summary>
    public static long? Check(long timeMs, long receivedMs) =>
        timeMs < EarliestMs || timeMs > receivedMs + DriftMs ? null : Math.Min(timeMs, receivedMs);

    /// <summary>
    /// RFC 3339, section 5.6: an offset or Z is demanded (a time without one means another instant on every server); T may be a space.
    /// Finer than a millisecond is cut.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long timeMs)
    {
        timeMs = 0;
        // yyyy-MM-ddTHH:mm:ss is 19 long, before fraction and offset.
        if (text.Length is < 20 or > LongestText || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[13] != ':' || text[16] != ':')
        {
            return false;
        }

        var rest = text[19..];
        var milliseconds = 0;
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits < 1)
            {
                return false;
            }

            for (int i = 1, unit = 100; i <= digits && unit > 0; i++, unit /= 10)
            {
                milliseconds += (rest[i] - '0') * unit;
            }

            rest = rest[(1 + digits)..];
        }

        if (!TryOffset(rest, out var offsetMinutes)
            || !DateTime.TryParseExact(Encoding.Latin1.GetString(text[..10]) + "T" + Encoding.Latin1.GetString(text[11..19]), "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return false;
        }

        timeMs = ((local.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond) + milliseconds - (offsetMinutes * 60_000L);
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
        {
            return text[0] is (byte)'Z' or (byte)'z';
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !byte.TryParse(text[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out var hour)
            || !byte.TryParse(text[4..6], NumberStyles.None, CultureInfo.InvariantCulture, out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        minutes = (text[0] == '-' ? -1 : 1) * ((hour * 60) + minute);
        return true;
    }
}
