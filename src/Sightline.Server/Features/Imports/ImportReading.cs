using System.Text.Json;
using Sightline.Core.Wire.AccessLog;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Imports;

/// <summary>How a file is read, as the form says and the job keeps.</summary>
public sealed record ImportReading(string Format = "auto", string Zone = "UTC", string Host = "", bool Bots = false, bool StaticFiles = false, bool Errors = false, bool Redirects = false)
{
    /// <exception cref="InvalidSettingException">A value cannot be.</exception>
    internal static ImportReading Of(Func<string, string?> field) => new ImportReading(
        field("format") is { Length: > 0 } format ? format : "auto", field("zone") is { Length: > 0 } zone ? zone : "UTC", (field("host") ?? "").Trim().ToLowerInvariant(),
        field("bots") == "yes", field("static") == "yes", field("errors") == "yes", field("redirects") == "yes").Checked();

    internal static ImportReading Parse(string text) => text.Length == 0 ? new ImportReading() : JsonSerializer.Deserialize<ImportReading>(text)!;

    internal string Text => JsonSerializer.Serialize(this);

    internal AccessLogOptions ToOptions() => new()
    {
        Format = LogFormats.TryParse(Format, out var format) ? format : LogFormat.Auto,
        Zone = TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone) ? zone : TimeZoneInfo.Utc,
        Host = Host.Length == 0 ? null : Host,
        IncludeBots = Bots,
        IncludeStatic = StaticFiles,
        IncludeErrors = Errors,
        IncludeRedirects = Redirects,
    };

    private ImportReading Checked() =>
        !LogFormats.TryParse(Format, out _) ? throw new InvalidSettingException($"there is no format '{Format}'")
        : !TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _) ? throw new InvalidSettingException($"'{Zone}' is not a time zone")
        : Host.Length > 255 || (Host.Length > 0 && Uri.CheckHostName(Host) == UriHostNameType.Unknown) ? throw new InvalidSettingException($"'{Host}' is no host name")
        : this;
}
