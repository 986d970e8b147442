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

    /// <summary><c>3.4</c>: a mean or a ratio.</summary>
    public static string Number(double? value) => value switch
    {
        null => None,
        < 100 and > -100 => value.Value.ToString("0.0#", CultureInfo.InvariantCulture),
        _ => Count(value),
    };

    /// <summary><c>€12.50</c>, <c>CHF 1,200</c>, <c>$45.6k</c>.</summary>
    public static string Money(double? value, string currency)
    {
        if (value is not { } amount)
        {
            return None;
        }

        var size = Math.Abs(amount);
        var text = size < 1000 && size % 1 != 0 ? size.ToString("0.00", CultureInfo.InvariantCulture) : Count(size);
        var sign = amount < 0 ? "−" : "";
        return currency switch
        {
            "EUR" => $"{sign}€{text}",
            "USD" => $"{sign}${text}",
            "GBP" => $"{sign}£{text}",
            "JPY" => $"{sign}¥{text}",
            _ => $"{sign}{currency} {text}",
        };
    }

    /// <summary>A number of a kind: <c>count</c>, <c>share</c>, <c>duration</c>, <c>number</c>, <c>depth</c> or <c>money</c>.</summary>
    public static string Of(string kind, double? value, string currency = "") => kind switch
    {
        "count" => Count(value),
        "share" => Share(value),
        "duration" => Duration(value),
        "number" => Number(value),
        "depth" => value is { } depth ? Share(depth / 100) : None,
        "money" => Money(value, currency),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary><c>24 Oct – 22 Nov 2026</c>.</summary>
    public static string Days(DateOnly first, DateOnly last)
    {
        var end = last.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        return first == last ? last.ToString("ddd, d MMM yyyy", CultureInfo.InvariantCulture)
            : first.Day == 1 && last.AddDays(1).Day == 1 && first.Month == last.Month && first.Year == last.Year ? last.ToString("MMMM yyyy", CultureInfo.InvariantCulture)
            : first.Day == 1 && last.AddDays(1).Day == 1 ? $"{first.ToString(first.Year == last.Year ? "MMM" : "MMM yyyy", CultureInfo.InvariantCulture)} – {last.ToString("MMM yyyy", CultureInfo.InvariantCulture)}"
            : $"{first.ToString(first.Year == last.Year ? first.Month == last.Month ? "%d" : "d MMM" : "d MMM yyyy", CultureInfo.InvariantCulture)} – {end}";
    }

    /// <summary><c>+12%</c>; <see langword="null"/> change: nothing to compare with.</summary>
    public static string Change(double change) =>
        Math.Abs(change) < 0.005 ? "±0%" : (change > 0 ? "+" : "−") + Share(Math.Abs(change));

    /// <summary>Label of a time bucket: <c>1 Nov</c>, <c>Nov 2026</c>, <c>13:00</c>.</summary>
    /// <param name="label">As answers have it: a date, or a time with its offset.</param>
    /// <param name="interval"><c>hour</c>, <c>day</c>, <c>week</c> or <c>month</c>.</param>
    public static string Bucket(string label, string interval) =>
        !DateTimeOffset.TryParse(label, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? label
        : interval is "hour" ? time.ToString("d MMM HH:mm", CultureInfo.InvariantCulture)
        : interval is "minute" ? time.ToString("HH:mm", CultureInfo.InvariantCulture)
        : interval == "month" ? time.ToString("MMM yyyy", CultureInfo.InvariantCulture)
        : time.ToString("d MMM", CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString(value < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
