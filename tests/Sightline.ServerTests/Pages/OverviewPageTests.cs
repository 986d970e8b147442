using System.Net;
using System.Text.Json;
using Sightline.Core.Queries;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Pages;

public sealed class OverviewPageTests
{
    [Fact]
    public async Task A_project_shows_its_numbers_graph_and_tables()
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        app.Stats.Full();
        var (answer, page) = await app.GetAsync("/projects/1");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        foreach (var shown in new[] { "12.3k", "15.0k", "40.2k", "21%", "1m 24s", "/pricing", "Google", "Direct", "Germany", "Desktop", "24 Oct", "22 Nov" })
        {
            Assert.Contains(shown, page, StringComparison.Ordinal);
        }

        // A fall of the bounce rate is good, one of page views is not.
        Assert.Matches("good[^>]*>&#x2212;14%", page);
        Assert.Matches("bad[^>]*>&#x2212;2%", page);
        Assert.Matches("<path class=\"chart-line\" d=\"M0 [0-9.]+L", page);
        Assert.DoesNotContain("Waiting for the first visit", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_in_the_address_reaches_every_query()
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        app.Stats.Full();
        await app.GetAsync("/projects/1?range=custom&from=2026-11-01&to=2026-11-22&metric=visits&f=is,page:path,/a,b&f=is,page:path,/c&f=is_not_set,visit:source");
        Assert.Equal(6, app.Stats.Asked.Count);
        Assert.All(app.Stats.Asked, asked =>
        {
            Assert.Equal("""["2026-11-01","2026-11-22"]""", asked["range"]!.ToJsonString());
            Assert.Equal("""["and",[["is","page:path",["/a,b","/c"]],["is_not_set","visit:source"]]]""", asked["filters"]!.ToJsonString());
        });
        Assert.Contains(app.Stats.Asked, asked => asked["dimensions"]!.ToJsonString() == """["time:day"]""" && asked["metrics"]!.ToJsonString() == """["visits"]""");
        Assert.All(app.Stats.Asked, asked => StatsQueryParser.Parse(JsonSerializer.SerializeToUtf8Bytes(asked)));
    }

    [Theory]
    [InlineData("day")]
    [InlineData("7d")]
    [InlineData("month")]
    [InlineData("all")]
    [InlineData("nonsense")]
    public async Task Every_range_asks_queries_the_engine_understands(string range)
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        await app.GetAsync($"/projects/1?range={range}");
        Assert.Equal(7, app.Stats.Asked.Count);
        Assert.All(app.Stats.Asked, asked => StatsQueryParser.Parse(JsonSerializer.SerializeToUtf8Bytes(asked)));
    }

    [Fact]
    public async Task Links_keep_the_rest_of_the_state()
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        app.Stats.Full();
        var (_, page) = await app.GetAsync("/projects/1?range=7d&compare=none&f=is,visit:country,DE");
        Assert.Contains("href=\"/projects/1?range=7d&amp;compare=none&amp;f=is%2Cvisit%3Acountry%2CDE&amp;f=is%2Cpage%3Apath%2C%2Fpricing\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/projects/1?compare=none&amp;f=is%2Cvisit%3Acountry%2CDE\"", page, StringComparison.Ordinal);
        Assert.Contains("Country is <b>Germany</b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(app.Stats.Asked, asked => asked["compare"] is not null);
    }

    [Fact]
    public async Task An_empty_project_shows_the_snippet_to_paste()
    {
        await using var app = await PagesApp.StartAsync();
        var project = app.Projects.Add("Shop");
        app.Stats.Rows["anything"] = """[{"dimensions": [], "metrics": [0]}]""";
        var (_, page) = await app.GetAsync("/projects/1");
        Assert.Contains(
            WebUtility.HtmlEncode($"<script defer src=\"{app.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)}/sl.js\" data-project=\"{project.PublicKey}\"></script>"),
            page,
            StringComparison.Ordinal);

        app.Stats.Rows["anything"] = """[{"dimensions": [], "metrics": [7]}]""";
        Assert.DoesNotContain("Waiting for the first visit", (await app.GetAsync("/projects/1?range=day")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_snippet_names_the_address_configured()
    {
        await using var app = await PagesApp.StartAsync(o => o with { PublicUrl = "https://stats.example.com" });
        app.Projects.Add("Shop");
        Assert.Contains("https://stats.example.com/sl.js", (await app.GetAsync("/projects/1")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_text_is_shown_and_does_nothing()
    {
        const string Hostile = "</title><script>alert(1)</script><img src=x onerror=alert(2)>\"'&";
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add(Hostile);
        app.Stats.Full();
        var row = JsonSerializer.Serialize(new object[] { new { dimensions = new[] { Hostile }, metrics = new[] { 5, 0.5 } } });
        foreach (var dimension in new[] { "page:path", "visit:source", "visit:country", "visit:device" })
        {
            app.Stats.Rows[dimension] = row;
        }

        app.Stats.Rows["time:day"] = $$"""[{"dimensions": [{{JsonSerializer.Serialize(Hostile)}}], "metrics": [1]}]""";
        foreach (var path in new[] { "/", "/projects/1", $"/projects/1?f={Uri.EscapeDataString($"is,page:path,{Hostile}")}&f={Uri.EscapeDataString($"{Hostile},{Hostile}")}" })
        {
            var (_, page) = await app.GetAsync(path);
            Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Pages_may_run_nothing_and_hold_nothing_inline()
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        app.Stats.Full();
        foreach (var path in new[] { "/", "/projects/1", "/projects/9" })
        {
            var (answer, page) = await app.GetAsync(path);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; style-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.DoesNotMatch("(?i)<script|<style|\\sstyle=|\\son[a-z]+=|javascript:", page);
        }
    }

    [Fact]
    public async Task The_style_sheet_is_kept_by_browsers_until_it_changes()
    {
        await using var app = await PagesApp.StartAsync();
        var (_, page) = await app.GetAsync("/");
        var href = System.Text.RegularExpressions.Regex.Match(page, "href=\"(/assets/[^\"]+)\"").Groups[1].Value;
        var (sheet, text) = await app.GetAsync(href);
        Assert.Equal("text/css; charset=utf-8", sheet.Content.Headers.ContentType?.ToString());
        Assert.Contains("prefers-color-scheme: dark", text, StringComparison.Ordinal);
        Assert.Contains("immutable", sheet.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var (again, _) = await app.GetAsync(href, r => r.Headers.IfNoneMatch.Add(sheet.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.DoesNotContain("immutable", (await app.GetAsync("/assets/sightline.css")).Answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_asks_for_nonsense_is_told_so()
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        app.Stats.Fault = new InvalidQueryException("there is no dimension 'page:<b>'", "filters[1][0][1]");
        var (answer, page) = await app.GetAsync("/projects/1?f=is,page:nothing,x");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("page:&lt;b&gt;", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync("/projects/2")).Answer.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync("/projects/x")).Answer.StatusCode);
    }

    [Fact]
    public async Task All_projects_are_listed_or_how_to_make_one()
    {
        await using var app = await PagesApp.StartAsync();
        Assert.Contains("sightline project add", (await app.GetAsync("/")).Body, StringComparison.Ordinal);
        app.Projects.Add("Shop", new ProjectChange { Domains = ["shop.example.com"] });
        app.Stats.Full();
        var (_, page) = await app.GetAsync("/");
        Assert.Contains("<a href=\"/projects/1\">Shop</a>", page, StringComparison.Ordinal);
        Assert.Contains("shop.example.com", page, StringComparison.Ordinal);
        Assert.Contains("12.3k", page, StringComparison.Ordinal);
    }
}
