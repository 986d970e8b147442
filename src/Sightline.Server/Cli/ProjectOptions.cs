using System.CommandLine;
using Sightline.Server.Features.Settings;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli;

/// <summary>The options that describe a project, for <c>add</c> and <c>update</c>.</summary>
internal sealed class ProjectOptions
{
    private readonly Option<string> _name = new("--name") { HelpName = "NAME", Description = "What people call it" };
    private readonly Option<string[]> _domain = new("--domain")
    {
        HelpName = "HOST",
        Description = "Host of the site, such as shop.example.com or *.example.com; repeatable. Events from other hosts are dropped. None: any host",
    };

    private readonly Option<string> _timezone = new("--timezone") { HelpName = "ZONE", Description = "Time zone its days are counted in, such as Europe/Berlin [default: UTC]" };
    private readonly Option<string> _currency = new("--currency") { HelpName = "CODE", Description = "Currency of revenue that names none, such as USD [default: EUR]" };
    private readonly Option<int?> _retention = new("--retention-days") { HelpName = "DAYS", Description = "Days events are kept; 0 for ever [default: 0]" };
    private readonly Option<int?> _rate = new("--events-per-second") { HelpName = "NUMBER", Description = "Events taken a second, averaged over ten; 0 for no limit [default: 0]" };
    private readonly Option<string[]> _excludedIp = new("--exclude-ip") { HelpName = "ADDRESS", Description = "Address or range whose events are dropped; repeatable" };
    private readonly Option<string[]> _excludedPath = new("--exclude-path") { HelpName = "PATTERN", Description = "Path whose events are dropped, * matches anything: /admin*; repeatable" };
    private readonly Option<string[]> _goal = new("--goal")
    {
        HelpName = "NAME=event:EVENT|page:PATH",
        Description = "A goal to add, reached by a custom event or a page: \"Signup=event:signup\", \"Order=page:/thanks*\"; repeatable",
    };

    private readonly Option<uint[]> _removeGoal = new("--remove-goal") { HelpName = "ID", Description = "Number of a goal to remove; repeatable" };

    private readonly Option<string> _weekStart = new("--week-start") { HelpName = "DAY", Description = "First day of a week: monday, sunday or saturday [default: monday]" };
    private readonly Option<string[]> _excludedHost = new("--exclude-host") { HelpName = "HOST", Description = "Host whose events are dropped, as --domain writes it; repeatable" };
    private readonly Option<string[]> _excludedParam = new("--exclude-param") { HelpName = "NAME", Description = "Query parameter taken out of addresses before they are read; repeatable" };
    private readonly Option<string> _privacy = new("--privacy")
    {
        HelpName = "MODE",
        Description = "By what visitors are known again: cookieless (nothing), first_party (a browser's id, where sent), user_ids (that and user ids) [default: user_ids]",
    };

    private readonly Option<bool?> _doNotTrack = new("--do-not-track") { HelpName = "BOOL", Description = "Do not count browsers that ask not to be tracked [default: false]" };
    private readonly Option<bool?> _allowBots = new("--allow-bots") { HelpName = "BOOL", Description = "Count crawlers and monitors [default: false]" };
    private readonly Option<string[]> _allowedBot = new("--allow-bot") { HelpName = "TEXT", Description = "Part of a User-Agent that makes a bot count; repeatable" };
    private readonly Option<long?> _perDay = new("--events-per-day") { HelpName = "NUMBER", Description = "Events stored a UTC day; more are dropped as quota; 0 for no limit [default: 0]" };
    private readonly Option<long?> _perMonth = new("--events-per-month") { HelpName = "NUMBER", Description = "The same a calendar month [default: 0]" };
    private readonly Option<int?> _maxSeries = new("--max-series") { HelpName = "NUMBER", Description = "Series of metrics it may have; points of further ones are dropped; 0 for a million, fewer where memory is small [default: 0]" };
    private readonly Option<bool?> _public = new("--public") { HelpName = "BOOL", Description = "Anybody may see the dashboard, at /public/ID [default: false]" };
    private readonly Option<bool?> _indexed = new("--public-indexed") { HelpName = "BOOL", Description = "Search engines may list the public dashboard [default: false]" };
    private readonly Option<bool?> _badge = new("--badge") { HelpName = "BOOL", Description = "Anybody may fetch the badge, at /public/ID/badge.svg [default: false]" };
    private readonly Option<string[]> _embed = new("--embed-on") { HelpName = "ORIGIN", Description = "Site that may show the chart in a frame, such as https://www.example.com; repeatable" };

    public Symbol[] ForAdd =>
    [
        _domain, _timezone, _weekStart, _currency, _retention, _rate, _perDay, _perMonth, _maxSeries, _excludedIp, _excludedPath, _excludedHost, _excludedParam, _privacy, _doNotTrack, _allowBots,
        _allowedBot, _public, _indexed, _badge, _embed, _goal,
    ];

    public Symbol[] ForUpdate => [_name, .. ForAdd, _removeGoal];

    public ProjectChange Change(ParseResult parsed) => new()
    {
        Name = parsed.GetResult(_name) is null ? null : parsed.GetValue(_name),
        Domains = List(parsed, _domain),
        TimeZone = parsed.GetValue(_timezone),
        Currency = parsed.GetValue(_currency),
        RetentionDays = parsed.GetValue(_retention),
        EventsPerSecond = parsed.GetValue(_rate),
        ExcludedIps = List(parsed, _excludedIp),
        ExcludedPaths = List(parsed, _excludedPath),
        ExcludedHosts = List(parsed, _excludedHost),
        ExcludedParams = List(parsed, _excludedParam),
        AllowedBots = List(parsed, _allowedBot),
        EmbedOrigins = List(parsed, _embed),
        WeekStart = SettingWords.WeekStart(parsed.GetValue(_weekStart)),
        Privacy = SettingWords.Privacy(parsed.GetValue(_privacy)),
        HonoursDoNotTrack = parsed.GetValue(_doNotTrack),
        AllowsBots = parsed.GetValue(_allowBots),
        EventsPerDay = parsed.GetValue(_perDay),
        EventsPerMonth = parsed.GetValue(_perMonth),
        MaxSeries = parsed.GetValue(_maxSeries),
        IsPublic = parsed.GetValue(_public),
        IsIndexed = parsed.GetValue(_indexed),
        HasBadge = parsed.GetValue(_badge),
    };

    public IReadOnlyList<NewGoal> Goals(ParseResult parsed) => [.. (parsed.GetValue(_goal) ?? []).Select(ParseGoal)];

    public IReadOnlyList<uint> RemovedGoals(ParseResult parsed) => parsed.GetResult(_removeGoal) is null ? [] : parsed.GetValue(_removeGoal) ?? [];

    // Not given: leave as it is. Given empty (--domain ""): no entries, which is how a list is emptied.
    private static string[]? List(ParseResult parsed, Option<string[]> option) =>
        parsed.GetResult(option) is null ? null : [.. (parsed.GetValue(option) ?? []).Where(v => v.Length > 0)];

    private static NewGoal ParseGoal(string text)
    {
        // From the end: a name may hold an equals sign, and so may a path.
        var (at, isEvent) = text.IndexOf("=event:", StringComparison.Ordinal) is var e and >= 0 ? (e, true) : (text.IndexOf("=page:", StringComparison.Ordinal), false);
        if (at < 0)
        {
            throw new InvalidSettingException($"--goal '{text}' is not of the form NAME=event:EVENT or NAME=page:PATH");
        }

        return isEvent
            ? new NewGoal(text[..at], text[(at + "=event:".Length)..], null)
            : new NewGoal(text[..at], null, text[(at + "=page:".Length)..]);
    }
}
