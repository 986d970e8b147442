using System.Globalization;
using System.Net;
using Sightline.Core.Model;

namespace Sightline.Store.Settings;

/// <summary>What the settings of a project may hold; each check returns the value in its stored form or says what is wrong with it.</summary>
internal static class ProjectRules
{
    private const int ListLimit = 1000;
    private static readonly IdnMapping Idn = new();

    public static ProjectChange Checked(ProjectChange change) => change with
    {
        Name = change.Name is null ? null : Name(change.Name, "project"),
        Domains = change.Domains is null ? null : List(change.Domains, Domain, "domains"),
        TimeZone = change.TimeZone is null ? null : TimeZone(change.TimeZone),
        Currency = change.Currency is null ? null : Currency(change.Currency),
        RetentionDays = change.RetentionDays is < 0 ? throw new InvalidSettingException("retention is a number of days, 0 for ever") : change.RetentionDays,
        EventsPerSecond = change.EventsPerSecond is < 0 ? throw new InvalidSettingException("events per second is a number, 0 for no limit") : change.EventsPerSecond,
        ExcludedIps = change.ExcludedIps is null ? null : List(change.ExcludedIps, Address, "excluded addresses"),
        ExcludedPaths = change.ExcludedPaths is null ? null : List(change.ExcludedPaths, PathPattern, "excluded paths"),
        ExcludedHosts = change.ExcludedHosts is null ? null : List(change.ExcludedHosts, Domain, "excluded hosts"),
        ExcludedParams = change.ExcludedParams is null ? null : List(change.ExcludedParams, Parameter, "excluded parameters"),
        AllowedBots = change.AllowedBots is null ? null : List(change.AllowedBots, Bot, "allowed bots"),
        EmbedOrigins = change.EmbedOrigins is null ? null : List(change.EmbedOrigins, Origin, "origins that embed"),
        WeekStart = change.WeekStart is null or DayOfWeek.Monday or DayOfWeek.Sunday or DayOfWeek.Saturday
            ? change.WeekStart : throw new InvalidSettingException("a week begins on Monday, Sunday or Saturday"),
        Privacy = change.Privacy is { } mode && !Enum.IsDefined(mode) ? throw new InvalidSettingException("there is no such privacy mode") : change.Privacy,
        EventsPerDay = change.EventsPerDay is < 0 ? throw new InvalidSettingException("a quota is a number of events, 0 for none") : change.EventsPerDay,
        EventsPerMonth = change.EventsPerMonth is < 0 ? throw new InvalidSettingException("a quota is a number of events, 0 for none") : change.EventsPerMonth,
        MaxSeries = change.MaxSeries is < 0 or > 10_000_000 ? throw new InvalidSettingException("a limit of series is a number up to 10,000,000, 0 for what memory allows") : change.MaxSeries,
    };

    private static string Name(string text, string what)
    {
        var name = text.Trim();
        return name.Length is > 0 and <= 200 && !name.Any(char.IsControl)
            ? name
            : throw new InvalidSettingException($"the name of a {what} has 1 to 200 characters, without line breaks");
    }

    public static NewGoal Checked(NewGoal goal)
    {
        if (goal.EventName is null == goal.PathPattern is null)
        {
            throw new InvalidSettingException("a goal is reached either by an event or by a page");
        }

        return new NewGoal(
            Name(goal.Name, "goal"),
            goal.EventName is null ? null : EventName(goal.EventName),
            goal.PathPattern is null ? null : PathPattern(goal.PathPattern));
    }

    private static string PathPattern(string text)
    {
        var pattern = text.Trim();
        return pattern.StartsWith('/') || pattern.StartsWith('*')
            ? pattern.Length <= EventLimits.Url ? pattern : throw new InvalidSettingException("a path pattern is too long")
            : throw new InvalidSettingException($"'{text}' is not a path: it begins with / or *, as /admin* does");
    }

    private static string EventName(string text)
    {
        var name = text.Trim();
        return name.Length is > 0 and <= EventLimits.Name ? name : throw new InvalidSettingException($"the name of an event has 1 to {EventLimits.Name} characters");
    }

    private static string Domain(string text)
    {
        // People paste addresses from the browser; what they mean is clear.
        var host = text.Trim().ToLowerInvariant();
        if (Uri.TryCreate(host, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            host = uri.IdnHost;
        }

        var wildcard = host.StartsWith("*.", StringComparison.Ordinal);
        try
        {
            var bare = Idn.GetAscii(wildcard ? host[2..] : host);
            if (bare.Length <= 253 && Uri.CheckHostName(bare) != UriHostNameType.Unknown)
            {
                return wildcard ? "*." + bare : bare;
            }
        }
        catch (ArgumentException)
        {
            // Said below: IdnMapping's own message speaks of code points.
        }

        throw new InvalidSettingException($"the entry '{text}' is not a domain: give a host such as shop.example.com or *.example.com");
    }

    private static string Parameter(string text)
    {
        var name = text.Trim().ToLowerInvariant();
        return name.Length is > 0 and <= 100 && !name.AsSpan().ContainsAny("=&?# ") && !name.Any(char.IsControl)
            ? name
            : throw new InvalidSettingException($"'{text}' is not the name of a query parameter, such as ref or session_id");
    }

    private static string Bot(string text)
    {
        var part = text.Trim();
        return part.Length is >= 3 and <= 200 && !part.Any(char.IsControl)
            ? part
            : throw new InvalidSettingException("what marks a bot is a part of its User-Agent, of 3 to 200 characters, such as GoogleOther");
    }

    // As a Content-Security-Policy writes a source: scheme and host, maybe a port; or anybody.
    private static string Origin(string text)
    {
        var origin = text.Trim().TrimEnd('/').ToLowerInvariant();
        if (origin == "*")
        {
            return origin;
        }

        var wild = origin.Contains("://*.", StringComparison.Ordinal);
        return Uri.TryCreate(wild ? origin.Replace("://*.", "://", StringComparison.Ordinal) : origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0 && uri.IdnHost.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-')
            ? $"{uri.Scheme}://{(wild ? "*." : "")}{uri.IdnHost}{(uri.IsDefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{uri.Port}"))}"
            : throw new InvalidSettingException($"'{text}' is not the address of a site such as https://www.example.com, or * for every site");
    }

    private static string TimeZone(string text) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) && zone.HasIanaId
            ? text
            : throw new InvalidSettingException($"'{text}' is not a time zone: give an IANA name such as Europe/Berlin or UTC");

    private static string Currency(string text)
    {
        var code = text.Trim().ToUpperInvariant();
        return code.Length == 3 && code.All(char.IsAsciiLetterUpper)
            ? code
            : throw new InvalidSettingException($"'{text}' is not a currency: give three letters (ISO 4217) such as EUR");
    }

    private static string Address(string text)
    {
        var address = text.Trim();
        return IPAddress.TryParse(address, out _) || IPNetwork.TryParse(address, out _)
            ? address
            : throw new InvalidSettingException($"the entry '{text}' is neither an address nor a range such as 192.0.2.0/24");
    }

    private static List<string> List(IReadOnlyList<string> values, Func<string, string> check, string what)
    {
        var distinct = values.Select(check).Distinct().ToList();
        return distinct.Count <= ListLimit ? distinct : throw new InvalidSettingException($"a project has at most {ListLimit} {what}");
    }
}
