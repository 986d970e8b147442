using System.Globalization;

namespace Sightline.Server.Features.Projects;

/// <summary>Days from <paramref name="First"/> to <paramref name="Last"/>, both inclusive, UTC.</summary>
internal readonly record struct DayRange(DateOnly First, DateOnly Last)
{
    /// <summary>Empty text is the last 30 days.</summary>
    public static bool TryParse(string text, DateOnly today, out DayRange range)
    {
        var days = text switch
        {
            "day" => 1,
            "7d" => 7,
            "" or "30d" => 30,
            "90d" => 90,
            "all" => today.DayNumber + 1,
            _ => 0,
        };
        range = days > 0 ? new DayRange(today.AddDays(1 - days), today) : default;
        if (days > 0)
        {
            return true;
        }

        var dates = text.Split(',');
        if (dates.Length != 2 || !TryDate(dates[0], out var first) || !TryDate(dates[1], out var last) || last < first)
        {
            return false;
        }

        range = new DayRange(first, last);
        return true;
    }

    private static bool TryDate(string text, out DateOnly date) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}
