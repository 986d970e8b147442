using System.Globalization;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Settings;

/// <summary>Reads what the sections' forms send. A box that is not ticked is not sent: it means no.</summary>
internal static class SettingsForm
{
    public static IReadOnlySet<string> Sections { get; } = new HashSet<string> { "general", "time", "exclusions", "bots", "privacy", "limits" };

    /// <exception cref="InvalidSettingException">A value cannot be.</exception>
    public static ProjectChange Read(string section, IFormCollection form) => section switch
    {
        "general" => new ProjectChange { Name = form["name"].ToString(), Domains = Lines(form["domains"].ToString()) },
        "time" => new ProjectChange { TimeZone = form["zone"].ToString(), WeekStart = SettingWords.WeekStart(form["week"].ToString()), Currency = form["currency"].ToString() },
        "exclusions" => new ProjectChange
        {
            ExcludedIps = Lines(form["ips"].ToString()),
            ExcludedPaths = Lines(form["paths"].ToString()),
            ExcludedHosts = Lines(form["hosts"].ToString()),
            ExcludedParams = Lines(form["params"].ToString()),
        },
        // A User-Agent's part may hold blanks: one a line.
        "bots" => new ProjectChange { AllowsBots = form["allow"] == "yes", AllowedBots = form["patterns"].ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) },
        "privacy" => new ProjectChange { Privacy = SettingWords.Privacy(form["mode"].ToString()), HonoursDoNotTrack = form["dnt"] == "yes" },
        "limits" => new ProjectChange
        {
            EventsPerSecond = (int)Number(form["second"].ToString(), int.MaxValue),
            EventsPerDay = Number(form["day"].ToString(), long.MaxValue),
            EventsPerMonth = Number(form["month"].ToString(), long.MaxValue),
            MaxSeries = (int)Number(form["series"].ToString(), int.MaxValue),
        },
        _ => throw new ArgumentOutOfRangeException(nameof(section), section, "not a section"),
    };

    /// <summary>A number as people type it; nothing is 0.</summary>
    /// <exception cref="InvalidSettingException">It is none.</exception>
    public static long Number(string text, long most)
    {
        var digits = text.Replace(",", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        return digits.Length == 0 ? 0
            : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number
            : throw new InvalidSettingException($"'{text}' is not a whole number");
    }

    private static string[] Lines(string text) => text.Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
