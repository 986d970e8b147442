namespace Sightline.Core.Wire.AccessLog;

/// <summary>How to read an access log and what of it to keep.</summary>
public sealed record AccessLogOptions
{
    public LogFormat Format { get; init; }

    /// <summary>Of times in logs that name no zone.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Host of the pages in a log without virtual hosts; <see langword="null"/>: not known, pages are paths.</summary>
    public string? Host { get; init; }

    public bool IncludeBots { get; init; }

    /// <summary>Count images, style sheets, scripts and their like as page views.</summary>
    public bool IncludeStatic { get; init; }

    /// <summary>Count answers of 4xx and 5xx as page views.</summary>
    public bool IncludeErrors { get; init; }

    /// <summary>Count answers of 3xx as page views.</summary>
    public bool IncludeRedirects { get; init; }
}
