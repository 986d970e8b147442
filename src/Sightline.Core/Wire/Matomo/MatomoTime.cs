using System.Globalization;
using Sightline.Core.Wire.Common;

namespace Sightline.Core.Wire.Matomo;

/// <summary>
/// The time of a hit from <c>cdt</c> (UTC date or Unix seconds) less <c>cdo</c> (seconds). In the future, over twenty years ago or
/// unreadable, it is no time at all and the time of receipt counts; a day old or older, it needs a token.
/// </summary>
internal static class MatomoTime
{
    private const long WithoutTokenMs = 86_400_000;
    private const long OldestMs = 20L * 365 * 86_400_000;

    // The absolute forms of PHP's strtotime that clients write; M, d, H, m and s take one or two digits.
    private static readonly string[] Formats =
    [
        "yyyy-M-d H:m:s", "yyyy-M-dTH:m:s", "yyyy-M-d H:m:s.FFFFFFF", "yyyy-M-dTH:m:s.FFFFFFF", "yyyy-M-d H:m", "yyyy-M-dTH:m", "yyyy-M-d",
        "yyyy-M-d H:m:szzz", "yyyy-M-d H:m:s zzz", "yyyy-M-dTH:m:szzz", "yyyy-M-dTH:m:s.FFFFFFFzzz", "yyyy-M-dTH:mzzz",
        "yyyy/M/d H:m:s", "yyyy/M/d H:m", "yyyy/M/d", "ddd, d MMM yyyy H:m:s zzz", "d MMM yyyy H:m:s zzz", "ddd, d MMM yyyy H:m:s", "d MMM yyyy H:m:s",
        "d/MMM/yyyy:H:m:s zzz",
    ];

    /// <param name="timeMs"><see langword="null"/>: when it was received.</param>
    /// <param name="ignored">A time was given and does not count.</param>
    /// <returns><see langword="false"/>: the time needs a token and there is none.</returns>
    public static bool TryRead(FormFields fields, long receivedMs, bool authorised, out long? timeMs, out bool ignored)
    {
        timeMs = null;
        ignored = false;
        var cdt = fields.Trimmed("cdt");
        var cdo = fields.Trimmed("cdo");
        if (cdt is null or "0" && cdo is null or "0")
        {
            return true;
        }

        double offset = 0;
        if (cdo is not null && (!double.TryParse(cdo, NumberStyles.Float, CultureInfo.InvariantCulture, out offset) || !double.IsFinite(offset)))
        {
            offset = 0;
            ignored = true;
            if (cdt is null)
            {
                return true;
            }
        }

        if (!TryParse(cdt, receivedMs, out var milliseconds))
        {
            ignored = true;
            return true;
        }

        milliseconds -= Math.Abs(offset) * 1000;
        if (!(milliseconds <= receivedMs && milliseconds > receivedMs - OldestMs))
        {
            ignored = true;
            return true;
        }

        timeMs = (long)milliseconds;
        return receivedMs - timeMs < WithoutTokenMs || authorised;
    }

    private static bool TryParse(string? cdt, long receivedMs, out double milliseconds)
    {
        milliseconds = receivedMs;
        if (cdt is null or "0" or "now")
        {
            return true;
        }

        if (double.TryParse(cdt, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            milliseconds = seconds * 1000;
            return double.IsFinite(milliseconds);
        }

        if (cdt[0] == '@' && long.TryParse(cdt.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unix))
        {
            milliseconds = unix * 1000.0;
            return true;
        }

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite;
        if (!DateTimeOffset.TryParseExact(WithoutZoneName(cdt), Formats, CultureInfo.InvariantCulture, Styles, out var time))
        {
            return false;
        }

        milliseconds = time.ToUnixTimeMilliseconds();
        return true;
    }

    private static ReadOnlySpan<char> WithoutZoneName(ReadOnlySpan<char> text)
    {
        foreach (var name in new[] { "UTC", "GMT", "Z" })
        {
            if (text.EndsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return text[..^name.Length].TrimEnd();
            }
        }

        return text;
    }
}
