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

    [Theory]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot")]
    [InlineData("curl/8.5.0", "curl")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0", "HeadlessChrome")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0", null)]
    [InlineData("no User-Agent", null)]
    [InlineData("", null)]
    public void A_bot_is_named_by_the_part_that_tells_it_from_others(string userAgent, string? name) => Assert.Equal(name, BotName.Of(userAgent));
}
