using System.Globalization;

namespace Sightline.Core.Queries.Graphite;

/// <summary>
/// Graphite's grammar of times, for <c>from</c> and <c>until</c>: Unix seconds, <c>YYYYMMDD</c>, or a reference (<c>now</c>, <c>noon</c>, <c>17:30_yesterday</c>,
/// <c>monday</c>, <c>12/25/25</c>) with an offset (<c>-1d</c>, <c>+2h30min</c>).
/// </summary>
public static class AtTime
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <param name="text">The time.</param>
    /// <param name="now">What is now, Unix seconds.</param>
    /// <param name="zone">Where clock times and days are.</param>
    /// <returns>Unix seconds.</returns>
    /// <exception cref="GraphiteException">It is no time.</exception>
    public static long Parse(string text, long now, TimeZoneInfo zone)
    {
        var plain = text.Trim().ToLowerInvariant().Replace("_", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        if (plain.Length > 0 && plain.All(char.IsAsciiDigit) && !IsDay(plain))
        {
            return long.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= uint.MaxValue
                ? seconds
                : throw new GraphiteException($"Invalid time: {text}");
        }

        var sign = plain.IndexOf('+', StringComparison.Ordinal);
        sign = sign < 0 ? plain.IndexOf('-', StringComparison.Ordinal) : sign;
        var reference = sign < 0 ? plain : plain[..sign];
        return Reference(reference, now, zone) + (sign < 0 ? 0 : Interval(plain[sign..]));
    }

    /// <summary>A signed length of time, seconds: <c>-1d</c>, <c>2h30min</c>.</summary>
    /// <exception cref="GraphiteException">It is none.</exception>
    public static long Interval(string text)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        var sign = text[0] == '-' ? -1 : 1;
        var rest = char.IsAsciiDigit(text[0]) ? text.AsSpan() : text.AsSpan(1);
        long seconds = 0;
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            digits = digits < 0 ? rest.Length : digits;
            if (digits is 0 or > 9)
            {
                throw new GraphiteException($"Invalid offset: {text}");
            }

            var letters = rest[digits..].IndexOfAnyInRange('0', '9');
            var unit = letters < 0 ? rest[digits..] : rest.Slice(digits, letters);
            seconds += int.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture) * Unit(unit);
            rest = rest[(digits + unit.Length)..];
        }

        return Math.Clamp(seconds, 0, uint.MaxValue) * sign;
    }

    private static long Unit(ReadOnlySpan<char> unit) => unit switch
    {
        ['s', ..] => 1,
        ['m', 'i', 'n', ..] => 60,
        ['h', ..] => 3600,
        ['d', ..] => 86_400,
        ['w', ..] => 7 * 86_400,
        ['m', 'o', 'n', ..] => 30 * 86_400,
        ['y', ..] => 365 * 86_400,
        _ => throw new GraphiteException($"Invalid offset unit '{unit}'"),
    };

    private static long Reference(string text, long now, TimeZoneInfo zone)
    {
        if (text is "" or "now")
        {
            return now;
        }

        var rest = text;
        var time = TimeOfDay(ref rest) ?? TimeSpan.Zero;
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(now), zone).Date;
        var day = Day(rest, local, text).Add(time);
        // A time the clocks skip is the first one after.
        while (zone.IsInvalidTime(day))
        {
            day = day.AddMinutes(15);
        }

        return new DateTimeOffset(day, zone.GetUtcOffset(day)).ToUnixTimeSeconds();
    }

    private static TimeSpan? TimeOfDay(ref string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon is 1 or 2 && text.Length >= colon + 3 && int.TryParse(text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var hour)
            && int.TryParse(text.AsSpan(colon + 1, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minute) && hour < 24 && minute < 60)
        {
            text = text[(colon + 3)..];
            if (text.StartsWith("am", StringComparison.Ordinal) || text.StartsWith("pm", StringComparison.Ordinal))
            {
                hour = text[0] == 'p' ? (hour + 12) % 24 : hour;
                text = text[2..];
            }

            return new TimeSpan(hour, minute, 0);
        }

        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits is 1 or 2 && text[digits..] is var meridiem && (meridiem.StartsWith("am", StringComparison.Ordinal) || meridiem.StartsWith("pm", StringComparison.Ordinal)))
        {
            var clock = int.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture);
            text = meridiem[2..];
            return TimeSpan.FromHours((meridiem[0] == 'p' ? clock + 12 : clock) % 24);
        }

        foreach (var (word, at) in ((string, int)[])[("noon", 12), ("midnight", 0), ("teatime", 16)])
        {
            if (text.StartsWith(word, StringComparison.Ordinal))
            {
                text = text[word.Length..];
                return TimeSpan.FromHours(at);
            }
        }

        return null;
    }

    private static DateTime Day(string text, DateTime today, string whole)
    {
        switch (text)
        {
            case "" or "today":
                return today;
            case "yesterday":
                return today.AddDays(-1);
            case "tomorrow":
                return today.AddDays(1);
            default:
                break;
        }

        try
        {
            if (text.Split('/') is [var month, var day, var year])
            {
                var y = int.Parse(year, NumberStyles.None, CultureInfo.InvariantCulture);
                y = y < 1900 ? y + 1900 : y;
                y = y < 1970 ? y + 100 : y;
                return new DateTime(y, int.Parse(month, NumberStyles.None, CultureInfo.InvariantCulture), int.Parse(day, NumberStyles.None, CultureInfo.InvariantCulture), 0, 0, 0, DateTimeKind.Unspecified);
            }

            if (text.Length == 8 && text.All(char.IsAsciiDigit))
            {
                return DateTime.ParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture);
            }

            if (text.Length >= 3 && Array.IndexOf(Months, text[..3]) is >= 0 and var index)
            {
                var digits = text.Length > 4 && char.IsAsciiDigit(text[^2]) ? 2 : 1;
                return new DateTime(today.Year, index + 1, int.Parse(text[^digits..], NumberStyles.None, CultureInfo.InvariantCulture), 0, 0, 0, DateTimeKind.Unspecified);
            }
        }
        catch (Exception exception) when (exception is FormatException or ArgumentOutOfRangeException or OverflowException)
        {
            throw new GraphiteException($"Unknown day reference: {whole}");
        }

        return text.Length >= 3 && Array.IndexOf(Weekdays, text[..3]) is >= 0 and var weekday
            ? today.AddDays(-(((int)today.DayOfWeek - weekday + 7) % 7))
            : throw new GraphiteException($"Unknown day reference: {text}");
    }

    private static bool IsDay(string digits) =>
        digits.Length == 8 && int.Parse(digits[..4], CultureInfo.InvariantCulture) > 1900 && int.Parse(digits[4..6], CultureInfo.InvariantCulture) < 13 && int.Parse(digits[6..], CultureInfo.InvariantCulture) < 32;
}
