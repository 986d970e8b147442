using System.Globalization;

namespace Sightline.Server.Show;

/// <summary>Numbers and times as people read them; what does not exist is a dash.</summary>
internal static class Format
{
    public const string None = "–";

    /// <summary><c>1,234</c>, <c>12.3k</c>, <c>4.5M</c>: four digits at most, so that columns stay narrow. The page's title texts have it whole.</summary>
    public static string Count(double? value) => value switch
    {
        null => None,
        < 10_000 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        < 999_500 => Short(value.Value / 1_000) + "k",
        < 999_500_000 => Short(value.Value / 1_000_000) + "M",
        _ => Short(value.Value / 1_000_000_000) + "B",
    };

    public static string Share(double? fraction) => fraction switch
    {
        null => None,
        > 0 and < 0.01 => (fraction.Value * 100).ToString("0.0", CultureInfo.InvariantCulture) + "%",
        _ => Math.Round(fraction.Value * 100, MidpointRounding.AwayFromZero).ToString("0", CultureInfo.InvariantCulture) + "%",
    };

    /// <summary><c>45s</c>, <c>1m 23s</c>, <c>2h 05m</c>.</summary>
    public static string Duration(double? seconds)
    {
        if (seconds is not { } value)
        {
            return None;
        }

        var whole = (long)Math.Round(value, MidpointRounding.AwayFromZero);
        return whole switch
        {
            < 60 => $"{whole}s",
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{whole / 60}m {whole % 60:00}s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{whole / 3600}h {whole / 60 % 60:00}m"),
        };
    }

    /// <summary><c>+12%</c>; <see langword="null"/> change: nothing to compare with.</summary>
    public static string Change(double change) =>
        Math.Abs(change) < 0.005 ? "±0%" : (change > 0 ? "+" : "−") + Share(Math.Abs(change));

    /// <summary>Label of a time bucket: <c>1 Nov</c>, <c>Nov 2026</c>, <c>13:00</c>.</summary>
    /// <param name="label">As answers have it: a date, or a time with its offset.</param>
    /// <param name="interval"><c>hour</c>, <c>day</c>, <c>week</c> or <c>month</c>.</param>
    public static string Bucket(string label, string interval) =>
        !DateTimeOffset.TryParse(label, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? label
        : interval == "hour" ? time.ToString("d MMM HH:mm", CultureInfo.InvariantCulture)
        : interval == "month" ? time.ToString("MMM yyyy", CultureInfo.InvariantCulture)
        : time.ToString("d MMM", CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString(value < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
