using System.Globalization;

namespace Sightline.Server.Cli.Serving;

/// <summary>Reads the values of options. Each throws <see cref="FormatException"/> with words that continue "--name ...".</summary>
internal static class OptionValues
{
    private static readonly (string Suffix, long Factor)[] SizeUnits = [("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("T", 1L << 40)];
    private static readonly (string Suffix, double Milliseconds)[] TimeUnits = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

    /// <summary><c>4096</c>, <c>64K</c>, <c>64KB</c>, <c>64KiB</c>, <c>1.5G</c>: units are powers of 1024 however they are spelled.</summary>
    public static long Size(string text, long least, long most)
    {
        var rest = text.Trim().ToUpperInvariant();
        rest = rest.EndsWith("IB", StringComparison.Ordinal) ? rest[..^2] : rest.EndsWith('B') ? rest[..^1] : rest;
        var factor = 1L;
        foreach (var unit in SizeUnits)
        {
            if (rest.EndsWith(unit.Suffix, StringComparison.Ordinal))
            {
                (rest, factor) = (rest[..^1], unit.Factor);
                break;
            }
        }

        if (!decimal.TryParse(rest.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue / factor)
        {
            throw new FormatException($"is '{text}', not a size such as 512K, 64M or 2G");
        }

        var bytes = (long)(number * factor);
        return bytes >= least && bytes <= most ? bytes : throw new FormatException($"is '{text}', outside {SizeText(least)} to {SizeText(most)}");
    }

    /// <summary><c>250ms</c>, <c>30s</c>, <c>2m</c>, <c>1h</c>.</summary>
    public static TimeSpan Time(string text, TimeSpan least, TimeSpan most)
    {
        var rest = text.Trim().ToLowerInvariant();
        foreach (var unit in TimeUnits)
        {
            if (rest.EndsWith(unit.Suffix, StringComparison.Ordinal)
                && double.TryParse(rest[..^unit.Suffix.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number * unit.Milliseconds <= most.TotalMilliseconds && number * unit.Milliseconds >= least.TotalMilliseconds)
            {
                return TimeSpan.FromMilliseconds(number * unit.Milliseconds);
            }
        }

        throw new FormatException($"is '{text}', not a time such as 500ms, 30s or 2m, from {TimeText(least)} to {TimeText(most)}");
    }

    public static long Number(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"is '{text}', not a number from {least} to {most}");

    public static string Listen(string text)
    {
        try
        {
            ListenAddress.Parse(text);
            return text;
        }
        catch (FormatException)
        {
            throw new FormatException($"is '{text}', not of the form http://HOST:PORT or https://HOST:PORT with an IP address, localhost or * as HOST");
        }
    }

    /// <summary>Without a slash at the end.</summary>
    public static string PublicUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.Fragment.Length == 0 && url.UserInfo.Length == 0
            ? url.AbsoluteUri.TrimEnd('/')
            : throw new FormatException($"is '{text}', not an address such as https://stats.example.com");

    public static bool Switch(string text) => text.ToLowerInvariant() switch
    {
        "on" or "true" or "yes" or "1" => true,
        "off" or "false" or "no" or "0" => false,
        _ => throw new FormatException($"is '{text}', neither on nor off"),
    };

    public static string OneOf(string text, params string[] words) =>
        words.Contains(text, StringComparer.OrdinalIgnoreCase)
            ? text.ToLowerInvariant()
            : throw new FormatException($"is '{text}', not one of {string.Join(", ", words)}");

    public static LogLevel Level(string text) =>
        Enum.Parse<LogLevel>(OneOf(text, "trace", "debug", "information", "warning", "error", "none"), ignoreCase: true);

    public static string ExistingFile(string text) => File.Exists(text) ? text : throw new FormatException($"is '{text}', and there is no such file");

    public static string SizeText(long bytes)
    {
        foreach (var unit in SizeUnits.Reverse())
        {
            if (bytes >= unit.Factor && bytes % unit.Factor == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{bytes / unit.Factor}{unit.Suffix}");
            }
        }

        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    private static string TimeText(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.##}h")
        : time.TotalSeconds >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##}s") : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0}ms");
}
