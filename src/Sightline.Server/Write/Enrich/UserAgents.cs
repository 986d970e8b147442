using System.Collections;
using System.Collections.Frozen;
using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Reads User-Agents; what was read once is remembered. For one thread.</summary>
internal sealed class UserAgents(UserAgentRules rules, CrawlerList crawlers, LiteralIndex index)
{
    // A User-Agent made to be slow is given up with the first expression that is.
    private const int MaxTimeouts = 1;

    // One browser, one name: that it runs on a telephone is said by the device.
    private static readonly FrozenDictionary<string, string> BrowserNames = new Dictionary<string, string>
    {
        ["Chrome Mobile"] = "Chrome",
        ["Chrome Mobile iOS"] = "Chrome",
        ["Chrome Mobile WebView"] = "Chrome WebView",
        ["Mobile Safari"] = "Safari",
        ["Mobile Safari UI/WKWebView"] = "Safari WebView",
        ["Firefox Mobile"] = "Firefox",
        ["Firefox iOS"] = "Firefox",
        ["Firefox Focus"] = "Firefox Focus",
        ["Edge Mobile"] = "Edge",
        ["Opera Mobile"] = "Opera",
        ["Opera Tablet"] = "Opera",
        ["Brave Mobile"] = "Brave",
        ["Yandex Browser"] = "Yandex Browser",
        ["DuckDuckGo Mobile"] = "DuckDuckGo",
        ["Vivaldi Mobile"] = "Vivaldi",
        ["QQ Browser Mobile"] = "QQ Browser",
        ["IE"] = "Internet Explorer",
        ["IE Mobile"] = "Internet Explorer",
        ["Other"] = "",
    }.ToFrozenDictionary();

    private readonly BoundedCache<string, UserAgentInfo> _known = new(8192);

    /// <summary>Expressions given up because they took too long.</summary>
    public long Timeouts { get; private set; }

    public static UserAgents Load(string directory, IEnumerable<string> ownBots)
    {
        var rules = Read<UserAgentRules>(directory, "user-agents.json");
        var crawlers = Read<CrawlerFile>(directory, "crawlers.json");
        var index = new LiteralIndex(
            [.. rules.Browsers.SelectMany(rule => rule.Needs), .. rules.Systems.SelectMany(rule => rule.Needs), .. crawlers.Patterns.SelectMany(pattern => pattern.Needs)]);
        return new UserAgents(rules, new CrawlerList(crawlers, ownBots, index), index);
    }

    public UserAgentInfo Find(string userAgent)
    {
        if (!_known.TryGet(userAgent, out var info))
        {
            info = Read(userAgent.Length <= EventLimits.UserAgent ? userAgent : userAgent[..EventLimits.UserAgent]);
            _known.Add(userAgent, info);
        }

        return info;
    }

    private UserAgentInfo Read(string userAgent)
    {
        var lower = userAgent.ToLowerInvariant();
        var found = index.Find(lower);
        var timeouts = 0;
        var isBot = crawlers.IsBot(userAgent, found, ref timeouts);
        var browser = First(rules.Browsers, userAgent, found, ref timeouts);
        var system = First(rules.Systems, userAgent, found, ref timeouts);
        Timeouts += timeouts;
        var name = BrowserNames.GetValueOrDefault(browser.Name, browser.Name);
        var (os, osVersion) = OsVersions.Named(system.Name, system.Major, system.Minor);
        return new UserAgentInfo(
            isBot, Cut(name), Cut(name.StartsWith("Safari", StringComparison.Ordinal) ? OsVersions.Join(browser.Major, browser.Minor) : browser.Major), Cut(os), Cut(osVersion), DeviceClass.Of(lower));
    }

    private (string Name, string Major, string Minor) First(UserAgentRule[] list, string userAgent, BitArray found, ref int timeouts)
    {
        foreach (var rule in list)
        {
            if (timeouts >= MaxTimeouts)
            {
                break;
            }

            if (rule.Find(userAgent, found, index, ref timeouts) is { } match)
            {
                return match;
            }
        }

        return ("", "", "");
    }

    private static T Read<T>(string directory, string file) =>
        JsonSerializer.Deserialize<T>(File.ReadAllBytes(Path.Combine(directory, file))) ?? throw new InvalidDataException($"{file} is empty");

    // Some expressions take a name from the text itself, and a text can be anything.
    private static string Cut(string text) => text.Length <= 60 ? text : text[..60];
}
