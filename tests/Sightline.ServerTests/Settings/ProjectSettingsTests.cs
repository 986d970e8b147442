using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.Server.Cli;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Settings;

public sealed class ProjectSettingsTests
{
    [Fact]
    public async Task Each_section_is_saved_by_itself_and_written_down()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var owner = await server.SignInAsync();
        const string Page = "/projects/1/settings";
        Assert.Contains("known again", (await owner.GetAsync(Page)).Text, StringComparison.Ordinal);
        foreach (var (section, fields) in new (string, Dictionary<string, string>)[]
        {
            ("general", new() { ["name"] = "Shop & Co", ["domains"] = "Shop.example\r\n*.shop.example" }),
            ("time", new() { ["zone"] = "Europe/Berlin", ["week"] = "sunday", ["currency"] = "chf" }),
            ("exclusions", new() { ["ips"] = "192.0.2.0/24", ["paths"] = "/admin*", ["hosts"] = "staging.shop.example", ["params"] = "ref" }),
            ("bots", new() { ["patterns"] = "GoogleOther\nMy monitor" }),
            ("privacy", new() { ["mode"] = "cookieless", ["dnt"] = "yes" }),
            ("limits", new() { ["second"] = "100", ["day"] = "1,000", ["month"] = "" }),
        })
        {
            var answer = await owner.SubmitAsync(Page, $"{Page}/{section}", [.. fields.Select(field => (field.Key, field.Value))]);
            Assert.True(answer.Status == HttpStatusCode.Redirect, $"{section}: {answer.Status} {answer.Text}");
        }

        var project = new ProjectStore(server.Path.Settings, TimeProvider.System).Find(1)!;
        Assert.Equal(("Shop & Co", "Europe/Berlin", DayOfWeek.Sunday, "CHF"), (project.Name, project.TimeZone, project.WeekStart, project.Currency));
        Assert.Equal(["shop.example", "*.shop.example"], project.Domains);
        Assert.Equal(("192.0.2.0/24", "/admin*", "staging.shop.example", "ref"), (project.ExcludedIps[0], project.ExcludedPaths[0], project.ExcludedHosts[0], project.ExcludedParams[0]));
        Assert.Equal(["GoogleOther", "My monitor"], project.AllowedBots);
        Assert.Equal((PrivacyMode.Cookieless, true, 100, 1000L, 0L), (project.Privacy, project.HonoursDoNotTrack, project.EventsPerSecond, project.EventsPerDay, project.EventsPerMonth));
        var activity = server.Services.GetRequiredService<ActivityLog>().List(1, 50, 0);
        Assert.Contains(activity, entry => entry.Action == "changed settings" && entry.Subject == "privacy cookieless, do not track honoured");
        Assert.Contains("somebody who comes on two days is two visitors", (await owner.GetAsync("/projects/1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_is_told_beside_its_section_and_what_was_typed_stays()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var owner = await server.SignInAsync();
        var answer = await owner.SubmitAsync("/projects/1/settings", "/projects/1/settings/exclusions", ("ips", "no address"), ("paths", "/kept*"), ("hosts", ""), ("params", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("&#x27;no&#x27; is neither an address nor a range", answer.Text, StringComparison.Ordinal);
        Assert.Contains("/kept*", answer.Text, StringComparison.Ordinal);
        Assert.Empty(new ProjectStore(server.Path.Settings, TimeProvider.System).Find(1)!.ExcludedPaths);
    }

    [Fact]
    public async Task Retention_tells_what_it_would_remove_before_it_is_saved()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        await Visits.SendAsync(server, project.PublicKey, "https://site.example/", TimeProvider.System.GetUtcNow().AddDays(-20));
        await Visits.SendAsync(server, project.PublicKey, "https://site.example/");
        await server.DrainAsync();
        using var owner = await server.SignInAsync();
        var asked = await owner.SubmitAsync("/projects/1/settings", "/projects/1/settings/retention", ("days", "10"));
        Assert.Equal(HttpStatusCode.OK, asked.Status);
        Assert.Contains("removes <b>1 events</b> in 1 visits", asked.Text, StringComparison.Ordinal);
        var store = new ProjectStore(server.Path.Settings, TimeProvider.System);
        Assert.Equal(0, store.Find(1)!.RetentionDays);
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync("/projects/1/settings", "/projects/1/settings/retention", ("days", "10"), ("sure", "yes"))).Status);
        Assert.Equal(10, store.Find(1)!.RetentionDays);
        // Longer removes nothing: no question.
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync("/projects/1/settings", "/projects/1/settings/retention", ("days", "400"))).Status);
    }

    [Fact]
    public async Task A_rotated_key_is_taken_until_it_is_removed()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var old = server.AddProject().PublicKey;
        using var owner = await server.SignInAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync("/projects/1/settings", "/projects/1/settings/keys/rotate")).Status);
        var store = new ProjectStore(server.Path.Settings, TimeProvider.System);
        var fresh = store.Find(1)!.PublicKey;
        Assert.NotEqual(old, fresh);
        await Visits.SendAsync(server, old, "https://site.example/");
        await Visits.SendAsync(server, fresh, "https://site.example/");
        Assert.Equal(2, await server.StoredEventsAsync());
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync("/projects/1/settings", "/projects/1/settings/keys/remove", ("key", old))).Status);
        using var refused = await server.Client.PostAsync("/api/event", Visits.Body(old, "https://site.example/"), TestContext.Current.CancellationToken);
        Assert.False(refused.IsSuccessStatusCode);
        Assert.False(store.RemoveKey(1, fresh));
    }

    [Fact]
    public async Task A_project_is_removed_by_its_name_and_by_owners_only()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject("Old shop");
        using var owner = await server.SignInAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await owner.SubmitAsync("/projects/1/settings", "/projects/1/settings/remove", ("name", "old shop"))).Status);
        server.AddUser("admin@example.com", Role.Admin, 1);
        using var admin = await server.SignInAsync("admin@example.com");
        Assert.DoesNotContain("Remove this project", (await admin.GetAsync("/projects/1/settings")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.SubmitAsync("/projects/1/settings", "/projects/1/settings/remove", ("name", "Old shop"))).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync("/projects/1/settings", "/projects/1/settings/remove", ("name", "Old shop"))).Status);
        Assert.Null(new ProjectStore(server.Path.Settings, TimeProvider.System).Find(1));
        Assert.Contains(server.Services.GetRequiredService<ActivityLog>().List(null, 10, 0), entry => entry is { Action: "removed a project", Subject: "Old shop" });
    }

    [Fact]
    public async Task The_api_changes_what_it_shows_and_refuses_what_it_does_not_know()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.AddToken(TokenScopes.Write | TokenScopes.Read, 1));
        using var changed = await client.PatchAsJsonAsync(
            "/api/v1/projects/1", new { week_start = "saturday", privacy = "first_party", do_not_track = true, events_per_day = 5, excluded_hosts = new[] { "x.example" }, allowed_bots = new[] { "bingbot" } },
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        var project = await client.GetFromJsonAsync<JsonElement>("/api/v1/projects/1", TestContext.Current.CancellationToken);
        Assert.Equal(("saturday", "first_party", true, 5), (project.GetProperty("week_start").GetString(), project.GetProperty("privacy").GetString(), project.GetProperty("do_not_track").GetBoolean(), project.GetProperty("events_per_day").GetInt32()));
        foreach (var (body, error) in new[] { ("{\"week_begin\":\"monday\"}", "invalid_json"), ("{\"week_start\":\"friday\"}", "invalid_setting"), ("{\"excluded_ips\":[\"x\"]}", "invalid_setting") })
        {
            using var refused = await client.PatchAsync("/api/v1/projects/1", new StringContent(body), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains(error, await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        var before = project.GetProperty("public_key").GetString()!;
        using var rotated = await client.PostAsync("/api/v1/projects/1/keys", null, TestContext.Current.CancellationToken);
        Assert.Equal(before, (await rotated.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("old_keys")[0].GetString());
        using var removed = await client.DeleteAsync($"/api/v1/projects/1/keys/{before}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        using var forbidden = await client.DeleteAsync("/api/v1/projects/1", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.AddToken(TokenScopes.Admin));
        using var unsure = await client.DeleteAsync("/api/v1/projects/1", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, unsure.StatusCode);
        using var gone = await client.DeleteAsync("/api/v1/projects/1?name=Shop", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
    }

    [Fact]
    public async Task What_the_command_line_changes_beside_a_running_server_holds_for_the_next_event()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        await Visits.SendAsync(server, project.PublicKey, "https://site.example/a");
        Assert.Equal(1, await server.StoredEventsAsync());
        using var output = new StringWriter();
        var context = new CliContext(TimeProvider.System, TextReader.Null, output, output, _ => null, IsTerminal: false);
        Assert.Equal(0, await RootVerb.RunAsync(["project", "update", "1", "--exclude-path", "/a*", "--data", server.Data], context));
        // As soon as the settings are looked at, which is twice a second.
        server.Path.Projects.RunOnce();
        await Visits.SendAsync(server, project.PublicKey, "https://site.example/a");
        Assert.Equal(1, await server.StoredEventsAsync());
        Assert.Contains(server.Services.GetRequiredService<ActivityLog>().List(1, 5, 0), entry => entry is { Actor: "command line", Subject: "excluded paths /a*" });
    }
}
