using System.Net;
using Sightline.Server.Features.Dropped;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Settings;

public sealed class DroppedTests
{
    [Fact]
    public async Task A_bot_and_a_higher_quota_are_one_click_away()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject(change: new ProjectChange { EventsPerDay = 1, ExcludedHosts = ["old.example"] });
        const string Robot = "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example/)";
        await Visits.SendAsync(server, project.PublicKey, "https://site.example/robot", agent: Robot);
        await Visits.SendAsync(server, project.PublicKey, "https://old.example/");
        await Visits.SendAsync(server, project.PublicKey, "https://site.example/one");
        await Visits.SendAsync(server, project.PublicKey, "https://site.example/two");
        Assert.Equal(1, await server.StoredEventsAsync());
        using var owner = await server.SignInAsync();
        const string Dropped = "/projects/1/dropped";
        var page = (await owner.GetAsync(Dropped)).Text;
        Assert.Matches("(?s)Received</span><span class=\"tile-value\">4<.*Stored</span><span class=\"tile-value\">1<.*Dropped</span><span class=\"tile-value\">3<", page);
        Assert.Contains("Count ExampleBot from now on", page, StringComparison.Ordinal);
        Assert.Contains("Raise the quota of a day to 2 events", page, StringComparison.Ordinal);
        Assert.Contains("Count old.example again", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync(Dropped, Dropped + "/allow-bot", ("part", "ExampleBot"))).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync(Dropped, Dropped + "/raise-quota", ("of", "day"))).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync(Dropped, Dropped + "/include", ("exclusion", "old.example"))).Status);
        var now = new ProjectStore(server.Path.Settings, TimeProvider.System).Find(1)!;
        Assert.Equal((2L, 0), (now.EventsPerDay, now.ExcludedHosts.Count));
        Assert.Equal(["ExampleBot"], now.AllowedBots);
        await Visits.SendAsync(server, project.PublicKey, "https://site.example/robot", agent: Robot);
        await Visits.SendAsync(server, project.PublicKey, "https://site.example/three");
        Assert.Equal(2, await server.StoredEventsAsync());
    }

    [Fact]
    public async Task A_site_that_sends_with_a_key_of_no_project_is_told_to_the_project_it_belongs_to()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject(change: new ProjectChange { Domains = ["*.site.example"] });
        server.AddProject("Other", new ProjectChange { Domains = ["other.example"] });
        foreach (var (key, origin) in new[] { ("old-key", "https://www.site.example"), ("old-key", "https://evilsite.example"), (project.PublicKey, "https://www.site.example") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new StringContent($$"""{"key":"{{key}}","name":"pageview","url":"https://www.site.example/"}""") };
            request.Headers.Add("Origin", origin);
            using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(key == project.PublicKey ? HttpStatusCode.Accepted : HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        using var owner = await server.SignInAsync();
        var page = WebUtility.HtmlDecode((await owner.GetAsync("/projects/1/dropped")).Text);
        Assert.Contains("www.site.example sends events with the key old-key, which no project has: 1 so far", page, StringComparison.Ordinal);
        Assert.Contains($"This project's key is <code>{project.PublicKey}</code>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("evilsite", page, StringComparison.Ordinal);
        Assert.DoesNotContain("old-key", (await owner.GetAsync("/projects/2/dropped")).Text, StringComparison.Ordinal);

        // One click, for a key that really came from there.
        Assert.Equal(HttpStatusCode.BadRequest, (await owner.SubmitAsync("/projects/1/dropped", "/projects/1/dropped/adopt-key", ("key", "never-seen"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await owner.SubmitAsync("/projects/1/dropped", "/projects/2/dropped/adopt-key", ("key", "old-key"))).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync("/projects/1/dropped", "/projects/1/dropped/adopt-key", ("key", "old-key"))).Status);
        Assert.DoesNotContain("which no project has", (await owner.GetAsync("/projects/1/dropped")).Text, StringComparison.Ordinal);
        var before = await server.StoredEventsAsync();
        await Visits.SendAsync(server, "old-key", "https://www.site.example/with-the-old-key");
        Assert.Equal(before + 1, await server.StoredEventsAsync());
        Assert.Equal(["old-key"], new ProjectStore(server.Path.Settings, TimeProvider.System).Find(1)!.RetiredKeys);
        Assert.Throws<InvalidSettingException>(() => new ProjectStore(server.Path.Settings, TimeProvider.System).AdoptKey(2, "old-key"));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot")]
    [InlineData("curl/8.5.0", "curl")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0", "HeadlessChrome")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0", null)]
    [InlineData("no User-Agent", null)]
    [InlineData("", null)]
    public void A_bot_is_named_by_the_part_that_tells_it_from_others(string userAgent, string? name) => Assert.Equal(name, BotName.Of(userAgent));
}
