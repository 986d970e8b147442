using System.Diagnostics;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Server.Write.Enrich;

namespace Sightline.Tests.Enrich;

public sealed class UserAgentTests(EnrichBench bench) : IClassFixture<EnrichBench>
{
    private readonly UserAgents _userAgents = UserAgents.Load(EnrichmentFactory.BuiltInFiles, []);

    public static TheoryData<string, string, string, string, string, string> Browsers
    {
        get
        {
            var data = new TheoryData<string, string, string, string, string, string>();
            foreach (var f in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Enrich/Samples/browsers.tsv")).Where(line => line[0] != '#').Select(line => line.Split('\t')))
            {
                data.Add(f[0], f[1], f[2], f[3], f[4], f[5]);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Browsers))]
    public void Browsers_are_read_and_are_no_bots(string userAgent, string browser, string version, string os, string osVersion, string device)
    {
        var info = _userAgents.Find(userAgent);
        Assert.False(info.IsBot);
        Assert.Equal(device, info.Device);
        Assert.Equal((browser == "*" ? info.Browser : browser, browser == "*" ? info.BrowserVersion : version), (info.Browser, info.BrowserVersion));
        Assert.Equal((os == "*" ? info.Os : os, os == "*" ? info.OsVersion : osVersion), (info.Os, info.OsVersion));
    }

    [Fact]
    public void Every_crawler_that_crawler_user_agents_has_met_is_a_bot()
    {
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(EnrichBench.Repository, "web/node_modules/crawler-user-agents/crawler-user-agents.json")));
        var instances = list.RootElement.EnumerateArray().SelectMany(entry => entry.GetProperty("instances").EnumerateArray()).Select(e => e.GetString()!).ToList();
        Assert.True(instances.Count > 2000);
        Assert.DoesNotContain(instances, userAgent => !_userAgents.Find(userAgent).IsBot);
    }

    [Theory]
    [InlineData("")]
    [InlineData("curl/8.5.0")]
    [InlineData("python-requests/2.32.3")]
    [InlineData("Go-http-client/2.0")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36")]
    [InlineData("Mozilla/5.0 (compatible; SomethingNew/1.0; +https://something.example/bot)")]
    [InlineData("Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)")]
    [InlineData("Mozilla/5.0 (Unknown; Linux) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1")]
    [InlineData("MyOwnRobot")]
    [InlineData("friendly-crawler/0.1")]
    public void Programs_are_bots(string userAgent)
    {
        Assert.True(_userAgents.Find(userAgent).IsBot);
        Assert.Equal(DropReason.Bot, bench.Dropped(new IncomingEvent { Url = "/", UserAgent = userAgent }).Reason);
    }

    [Fact]
    public void A_bot_that_is_welcome_is_stored_as_one()
    {
        var e = bench.One(new IncomingEvent { Url = "/", UserAgent = "Googlebot/2.1 (+http://www.google.com/bot.html)", Flags = IncomingFlags.AllowBots });
        Assert.Equal("Bot", e.Visit.Device);
    }

    [Fact]
    public void The_request_s_header_stands_in_for_an_event_s_own()
    {
        Assert.Equal("Chrome", bench.One(EnrichBench.Page()).Visit.Browser);
        Assert.Equal("Firefox", bench.One(new IncomingEvent { Url = "/", UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0" }).Visit.Browser);
    }

    [Theory]
    [InlineData("\"Windows\" \"15.0.0\"", "Windows", "11")]
    [InlineData("Windows 10.0.0", "Windows", "10")]
    [InlineData("Windows 0.3.0", "Windows", "8.1")]
    [InlineData("Windows", "Windows", "10")]
    [InlineData("macOS 14.5.0", "macOS", "14")]
    [InlineData("macOS/10.14.6", "macOS", "10.14")]
    [InlineData("Android 14.0.0", "Android", "14")]
    [InlineData("Chrome OS 15.1", "Chrome OS", "15")]
    [InlineData("Linux 6.8", "Linux", "")]
    [InlineData("Unknown", "Windows", "10")]
    [InlineData("\0 \"\"", "Windows", "10")]
    [InlineData(null, "Windows", "10")]
    public void Client_hints_correct_the_frozen_user_agent(string? hint, string os, string version)
    {
        var visit = bench.One(new IncomingEvent { Url = "/", HintPlatform = hint }).Visit;
        Assert.Equal((os, version), (visit.Os, visit.OsVersion));
    }

    [Fact]
    public void An_operator_s_own_texts_are_bots_too()
    {
        using var own = new EnrichBench();
        File.WriteAllText(Path.Combine(own.Path, "bots.txt"), "# ours\nAcme-Monitor\n\n");
        Assert.Equal(DropReason.Bot, own.Dropped(new IncomingEvent { Url = "/", UserAgent = EnrichBench.Chrome + " Acme-Monitor/2" }).Reason);
        own.One(EnrichBench.Page());
    }

    [Fact]
    public void A_user_agent_that_was_never_seen_is_read_in_under_two_milliseconds()
    {
        foreach (var row in Browsers)
        {
            _userAgents.Find(row.Data.Item1);
        }

        var times = new List<double>();
        foreach (var row in Browsers)
        {
            var userAgent = row.Data.Item1 + " Extra/1.0";
            var start = Stopwatch.GetTimestamp();
            _userAgents.Find(userAgent);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        Assert.InRange(times[times.Count / 2], 0, 2);
    }

    [Fact]
    public void One_pass_finds_every_literal_a_text_holds()
    {
        var random = new Random(7);
        string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => "abcé"[random.Next(4)]));
        for (var round = 0; round < 500; round++)
        {
            string[] literals = [.. Enumerable.Range(0, 8).Select(_ => Text(1 + random.Next(4))).Distinct()];
            var index = new LiteralIndex(literals);
            var text = Text(random.Next(30));
            var found = index.Find(text);
            foreach (var literal in literals)
            {
                var id = index.IdOf(literal);
                Assert.Equal(literal.Contains('é', StringComparison.Ordinal), id < 0);
                Assert.True(id < 0 || found[id] == text.Contains(literal, StringComparison.Ordinal), $"{literal} in {text}");
            }
        }
    }

    [Fact]
    public void The_needs_of_an_expression_never_hide_a_match()
    {
        // Each expression alone, without its literals, against every browser and crawler known: the guarded one must agree.
        using var rules = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(EnrichmentFactory.BuiltInFiles, "user-agents.json")));
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(EnrichBench.Repository, "web/node_modules/crawler-user-agents/crawler-user-agents.json")));
        var texts = Browsers.Select(row => row.Data.Item1)
            .Concat(list.RootElement.EnumerateArray().Select(entry => entry.GetProperty("instances")).Where(i => i.GetArrayLength() > 0).Select(i => i[0].GetString()!).Where((_, i) => i % 50 == 0))
            .Select(text => (Text: text, Lower: text.ToLowerInvariant())).ToList();
        foreach (var rule in rules.RootElement.GetProperty("browsers").EnumerateArray().Concat(rules.RootElement.GetProperty("systems").EnumerateArray()))
        {
            var pattern = rule.GetProperty("regex").GetString()!;
            var ignoreCase = rule.TryGetProperty("flag", out _);
            string[] needs = [.. rule.GetProperty("needs").EnumerateArray().Select(n => n.GetString()!)];
            var index = new LiteralIndex(needs);
            var guarded = new GuardedRegex(pattern, ignoreCase, needs, index);
            var bare = new GuardedRegex(pattern, ignoreCase, [], index);
            var timeouts = 0;
            foreach (var (text, lower) in texts)
            {
                var found = index.Find(lower);
                var expected = bare.Find(text, found, ref timeouts)?.Value;
                Assert.True(expected == guarded.Find(text, found, ref timeouts)?.Value || timeouts > 0, $"{pattern} on {text}");
            }
        }
    }
}
