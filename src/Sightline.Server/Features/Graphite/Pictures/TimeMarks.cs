using System.Globalization;
using System.Text;

namespace Sightline.Server.Features.Graphite.Pictures;

/// <summary>Round times of an axis, in the reader's zone.</summary>
internal static class TimeMarks
{
    private static readonly int[] Clock = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200];
    private static readonly int[] Days = [1, 2, 4, 7, 14];
    private static readonly int[] Months = [1, 2, 3, 6, 12, 24, 60, 120, 240];

    /// <param name="from">Unix seconds.</param>
    /// <param name="until">Unix seconds.</param>
    /// <param name="count">About how many have room.</param>
    /// <param name="zone">Of clock times and days.</param>
    /// <param name="format">As strftime has it; empty: as the step needs it.</param>
    public static IEnumerable<(long Time, string Text)> Of(long from, long until, double count, TimeZoneInfo zone, string format)
    {
        var wanted = (until - from) / Math.Max(1, count);
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(from), zone).DateTime;
        var clock = Array.Find(Clock, step => step >= wanted);
        var days = Array.Find(Days, step => step * 86_400.0 >= wanted);
        var months = Array.Find(Months, step => step * 30.4 * 86_400 >= wanted) is > 0 and var found ? found : Months[^1];
        // From a round one before: of the day, of the month or of the years.
        var first = clock > 0 ? local.Date : days > 0 ? new DateTime(local.Year, local.Month, 1) : new DateTime(Math.Max(1, local.Year / 20 * 20), 1, 1);
        DateTime Next(DateTime time) => clock > 0 ? time.AddSeconds(clock) : days > 0 ? NextDay(time, days) : time.AddMonths(months);
        var written = clock > 0 ? clock < 60 ? "HH:mm:ss" : "HH:mm" : days > 0 ? "d MMM" : months < 12 ? "MMM yyyy" : "yyyy";
        for (var at = first; at.Year < 9000; at = Next(at))
        {
            var time = new DateTimeOffset(at, zone.GetUtcOffset(at)).ToUnixTimeSeconds();
            if (time > until)
            {
                yield break;
            }

            // A clock time that summer time leaves out is none.
            if (time >= from && !zone.IsInvalidTime(at))
            {
                var midnight = clock >= 60 && at.TimeOfDay == TimeSpan.Zero;
                yield return (time, format.Length > 0 ? Strftime(at, format) : at.ToString(midnight ? "d MMM" : written, CultureInfo.InvariantCulture));
            }
        }
    }

    // Every so many days from the first of a month, so that two of them never touch.
    private static DateTime NextDay(DateTime time, int days)
    {
        var next = time.AddDays(days);
        var month = new DateTime(time.Year, time.Month, 1).AddMonths(1);
        return next >= month || (month - next).TotalDays < days * 0.6 ? month : next;
    }

    private static string Strftime(DateTime time, string format)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Math.Min(format.Length, 100); i++)
        {
            if (format[i] != '%' || ++i == format.Length)
            {
                text.Append(format[Math.Min(i, format.Length - 1)]);
                continue;
            }

            var one = format[i] switch
            {
                'H' => "HH",
                'I' => "hh",
                'M' => "mm",
                'S' => "ss",
                'p' => "tt",
                'd' => "dd",
                'm' => "MM",
                'y' => "yy",
                'Y' => "yyyy",
                'b' => "MMM",
                'B' => "MMMM",
                'a' => "ddd",
                'A' => "dddd",
                'D' => "MM/dd/yy",
                'F' => "yyyy-MM-dd",
                'T' => "HH:mm:ss",
                'R' => "HH:mm",
                _ => "",
            };
            text.Append(one.Length > 0 ? time.ToString(one, CultureInfo.InvariantCulture) : format[i] switch
            {
                'l' => time.ToString("%h", CultureInfo.InvariantCulture),
                'e' => time.ToString("%d", CultureInfo.InvariantCulture),
                'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
                var sign => sign.ToString(),
            });
        }

        return text.ToString();
    }
}
