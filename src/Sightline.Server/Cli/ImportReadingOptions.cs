using System.CommandLine;
using Sightline.Core.Wire.AccessLog;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli;

/// <summary>How logs are read: the options of <c>import logs</c> that say so.</summary>
internal sealed class ImportReadingOptions
{
    private readonly Option<string> _format = new("--format") { HelpName = "FORMAT", Description = string.Join('|', LogFormats.Names), DefaultValueFactory = static _ => "auto" };
    private readonly Option<string> _zone = new("--timezone") { HelpName = "TZ", Description = "Time zone of logs that name none (W3C, HAProxy), such as Europe/Berlin", DefaultValueFactory = static _ => "UTC" };
    private readonly Option<string?> _host = new("--host") { HelpName = "HOST", Description = "Host of the pages, for logs that do not say" };
    private readonly Option<bool> _bots = new("--include-bots") { Description = "Keep crawlers and monitors" };
    private readonly Option<bool> _static = new("--include-static") { Description = "Count images, styles, scripts and their like as pages" };
    private readonly Option<bool> _errors = new("--include-errors") { Description = "Count answers of 4xx and 5xx as pages" };
    private readonly Option<bool> _redirects = new("--include-redirects") { Description = "Count answers of 3xx as pages" };

    public Symbol[] All => [_format, _zone, _host, _bots, _static, _errors, _redirects];

    /// <exception cref="InvalidSettingException">A value cannot be.</exception>
    public AccessLogOptions Read(ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(_format);
        if (!LogFormats.TryParse(name, out var format))
        {
            throw new InvalidSettingException($"--format {name} is not known; there are {string.Join(", ", LogFormats.Names)}");
        }

        var zoneName = parsed.GetRequiredValue(_zone);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out var zone))
        {
            throw new InvalidSettingException($"--timezone {zoneName} is not known on this machine; zones are named like Europe/Berlin");
        }

        var host = parsed.GetValue(_host)?.Trim().ToLowerInvariant();
        if (host is not null && (host.Length is 0 or > 255 || Uri.CheckHostName(host) == UriHostNameType.Unknown))
        {
            throw new InvalidSettingException($"--host {host} is no host name");
        }

        return new AccessLogOptions
        {
            Format = format,
            Zone = zone,
            Host = host,
            IncludeBots = parsed.GetValue(_bots),
            IncludeStatic = parsed.GetValue(_static),
            IncludeErrors = parsed.GetValue(_errors),
            IncludeRedirects = parsed.GetValue(_redirects),
        };
    }
}
