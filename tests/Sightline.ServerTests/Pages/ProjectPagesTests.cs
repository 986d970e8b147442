using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.Server.Features.Dropped;
using Sightline.Server.Features.Notes;
using Sightline.ServerTests.Tracker;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Pages;

public sealed class ProjectPagesTests
{
    [Fact]
    public async Task Received_is_stored_and_dropped_and_a_host_is_allowed_by_one_click()
    {
        await using var server = await ServerUnderTest.StartLocalAsync();
        var project = server.AddProject(change: new ProjectChange { Domains = ["site.example"], ExcludedPaths = ["/admin*"] });
        await SendAsync(server, project, "https://site.example/", "https://staging.example/a", "https://staging.example/b", "https://site.example/admin/x");
        await server.DrainAsync();
        using var client = Client(server);
        var page = await client.GetStringAsync("/projects/1/dropped", TestContext.Current.CancellationToken);
        Assert.Matches("(?s)Received</span><span class=\"tile-value\">4<.*Stored</span><span class=\"tile-value\">1<.*Dropped</span><span class=\"tile-value\">3<", page);
        Assert.Contains("Count staging.example from now on", page, StringComparison.Ordinal);
        Assert.Contains("Count /admin* again", page, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Redirect, await PostAsync(client, "/projects/1/dropped", "/projects/1/dropped/allow-host", ("host", "staging.example")));
        Assert.Equal(["site.example", "staging.example"], new ProjectStore(server.Path.Settings, TimeProvider.System).Find(1)!.Domains);
        Assert.Equal(HttpStatusCode.Redirect, await PostAsync(client, "/projects/1/dropped", "/projects/1/dropped/include", ("exclusion", "/admin*")));
        Assert.Empty(new ProjectStore(server.Path.Settings, TimeProvider.System).Find(1)!.ExcludedPaths);
        await SendAsync(server, project, "https://staging.example/c", "https://site.example/admin/y");
        await server.DrainAsync();
        Assert.Matches("(?s)Received</span><span class=\"tile-value\">6<.*Stored</span><span class=\"tile-value\">3<", await client.GetStringAsync("/projects/1/dropped?range=day", TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, "/projects/1/goals", "/projects/1/dropped/allow-host", ("host", "no host")));
    }

    [Fact]
    public void Every_reason_has_a_title_and_a_sentence()
    {
        foreach (var reason in Enum.GetValues<DropReason>())
        {
            var (title, sentence) = DropWords.Of(reason);
            Assert.False(title.StartsWith("Reason ", StringComparison.Ordinal), $"{reason} has no words");
            Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("staging.example", "staging.example")]
    [InlineData("pageview https://Staging.example/checkout", "staging.example")]
    [InlineData("nothing here", null)]
    public void The_host_of_a_sample_is_found(string sample, string? host) => Assert.Equal(host, DroppedService.HostIn(sample));

    [Fact]
    public async Task Goals_are_added_counted_changed_and_removed()
    {
        await using var server = await ServerUnderTest.StartLocalAsync();
        var project = server.AddProject();
        await SendAsync(server, project, "https://site.example/", "https://site.example/thanks/1");
        await server.DrainAsync();
        using var client = Client(server);
        const string Goals = "/projects/1/goals";
        Assert.Contains("No goals yet", await client.GetStringAsync(Goals, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, await PostAsync(client, Goals, Goals, ("name", "Order"), ("kind", "path"), ("what", "/thanks/*")));
        Assert.Matches("(?s)<b>Order</b>.*/thanks/\\*.*<td class=\"num\"[^>]*>1</td>\\s*<td class=\"num\"[^>]*>1</td>\\s*<td class=\"num\"[^>]*>50%</td>", await client.GetStringAsync(Goals, TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.Redirect, await PostAsync(client, Goals, Goals + "/1", ("name", "Sale"), ("kind", "event"), ("what", "sale")));
        Assert.Equal(new Goal(1, "Sale", "sale", null), Assert.Single(new ProjectStore(server.Path.Settings, TimeProvider.System).Find(1)!.Goals));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, Goals, Goals, ("name", "Bad"), ("kind", "path"), ("what", "no path")));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, Goals, Goals + "/7", ("name", "Sale"), ("kind", "event"), ("what", "sale")));
        Assert.Equal(HttpStatusCode.Redirect, await PostAsync(client, Goals, Goals + "/1/remove"));
        Assert.Empty(new ProjectStore(server.Path.Settings, TimeProvider.System).Find(1)!.Goals);
    }

    [Fact]
    public async Task Notes_stand_on_the_graph_at_their_day()
    {
        await using var server = await ServerUnderTest.StartLocalAsync();
        var project = server.AddProject(change: new ProjectChange { TimeZone = "America/New_York" });
        await SendAsync(server, project, "https://site.example/");
        await server.DrainAsync();
        using var client = Client(server);
        const string Notes = "/projects/1/notes";
        var day = NotesService.Local(project, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).Day.AddDays(-3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(HttpStatusCode.Redirect, await PostAsync(client, Notes, Notes, ("day", day), ("time", "23:30"), ("text", "<b>New prices</b>")));
        var overview = await client.GetStringAsync("/projects/1?range=7d", TestContext.Current.CancellationToken);
        Assert.Contains("&lt;b&gt;New prices&lt;/b&gt;", overview, StringComparison.Ordinal);
        // Seven days: the third before the last is the fourth, in the middle.
        Assert.Contains("M500 0V240", overview, StringComparison.Ordinal);
        Assert.DoesNotContain("New prices", await client.GetStringAsync("/projects/1?range=day", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, await PostAsync(client, Notes, Notes + "/1", ("day", day), ("time", ""), ("text", "Old prices")));
        Assert.Contains("Old prices", await client.GetStringAsync(Notes, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, Notes, Notes, ("day", "someday"), ("text", "x")));
        Assert.Equal(HttpStatusCode.Redirect, await PostAsync(client, Notes, Notes + "/1/remove"));
        Assert.Contains("No notes yet", await client.GetStringAsync(Notes, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-03-29", "12:00", 1774778400000)]
    [InlineData("2026-03-29", "01:30", 1774744200000)]
    [InlineData("2026-10-25", "04:00", 1792897200000)]
    public async Task Times_of_notes_are_those_of_the_zone_on_days_when_clocks_change(string day, string time, long timeMs)
    {
        await using var server = await ServerUnderTest.StartLocalAsync();
        var project = server.AddProject(change: new ProjectChange { TimeZone = "Europe/Berlin" });
        var notes = server.Services.GetRequiredService<NotesService>();
        notes.Add(project, day, time, "clocks");
        Assert.Equal(timeMs, Assert.Single(notes.Of(project.Id)).TimeMs);
        Assert.Equal(time, NotesService.Local(project, timeMs).Time.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture));
    }

    private static HttpClient Client(ServerUnderTest server) => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };

    private static async Task SendAsync(ServerUnderTest server, Project project, params string[] urls)
    {
        for (var i = 0; i < urls.Length; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new StringContent($$"""{"key":"{{project.PublicKey}}","name":"pageview","url":"{{urls[i]}}","visitor_id":"v{{i}}"}""") };
            request.Headers.UserAgent.ParseAdd(Chromium.UserAgent);
            using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode);
        }
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string page, string path, params (string Name, string Value)[] fields)
    {
        var body = await client.GetStringAsync(page, TestContext.Current.CancellationToken);
        var token = Regex.Match(body, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        Assert.NotEmpty(token);
        using var without = await client.PostAsync(path, new FormUrlEncodedContent([]), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        using var answer = await client.PostAsync(
            path,
            new FormUrlEncodedContent([.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), KeyValuePair.Create("__RequestVerificationToken", token)]),
            TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
