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
        foreach (var shown in new[] { "12.3k", "15.0k", "40.2k", "21%", "1m 24s", "/pricing", "Google", "Direct", "Germany", "Chrome", "24 Oct", "22 Nov" })
        {
            Assert.Contains(shown, page, StringComparison.Ordinal);
        }

        // A fall of the bounce rate is good, one of page views is not.
        Assert.Matches("good[^>]*>&#x2212;14%", page);
        Assert.Matches("bad[^>]*>&#x2212;2%", page);
        Assert.Matches("<path class=\"g-line\" d=\"M0 [0-9.]+L", page);
        Assert.DoesNotContain("Waiting for the first visit", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_in_the_address_reaches_every_query()
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        app.Stats.Full();
        await app.GetAsync("/projects/1?range=custom&from=2026-11-01&to=2026-11-22&metric=visits&f=is,page:path,/a,b&f=is,page:path,/c&f=is_not_set,visit:source");
        // Totals, series, and a query for each panel but goals, of which the project has none.
        Assert.Equal(6, app.Stats.Asked.Count);
        Assert.All(app.Stats.Asked, asked =>
        {
            Assert.Equal("""["2026-11-01","2026-11-22"]""", asked["range"]!.ToJsonString());
            Assert.Equal("""["and",[["is","page:path",["/a,b","/c"]],["is_not_set","visit:source"]]]""", asked["filters"]!.ToJsonString());
        });
        Assert.Contains(app.Stats.Asked, asked => asked["dimensions"]!.ToJsonString() == """["time:day"]""" && asked["metrics"]!.ToJsonString().Contains("\"visits\"", StringComparison.Ordinal));
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
        Assert.Matches("Country is</span>\\s*<b>Germany</b>", page);
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
        var row = JsonSerializer.Serialize(new object[] { new { dimensions = new[] { Hostile }, metrics = new[] { 5, 7 } } });
        foreach (var dimension in new[] { "page:path", "visit:source", "visit:country", "visit:browser" })
        {
            app.Stats.Rows[dimension] = row;
        }

        app.Stats.Rows["time:day"] = $$"""[{"dimensions": [{{JsonSerializer.Serialize(Hostile)}}], "metrics": [1]}]""";
        foreach (var path in new[] { "/", "/projects/1", $"/projects/1?f={Uri.EscapeDataString($"is,page:path,{Hostile}")}&f={Uri.EscapeDataString($"{Hostile},{Hostile}")}" })
        {
            var (_, page) = await app.GetAsync(path);
            Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Pages_run_only_our_own_file_and_hold_nothing_inline()
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        app.Stats.Full();
        foreach (var path in new[] { "/", "/projects/1", "/projects/9" })
        {
            var (answer, page) = await app.GetAsync(path);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.DoesNotMatch("(?i)<style|\\sstyle=|\\son[a-z]+=|javascript:", page);
            // The one script is a file of ours.
            Assert.Matches("<script type=\"module\" src=\"/assets/app.js\\?v=[0-9a-f]{16}\"></script>", page);
            Assert.Single(System.Text.RegularExpressions.Regex.Matches(page, "(?i)<script"));
        }
    }

    [Fact]
    public async Task The_style_sheet_is_kept_by_browsers_until_it_changes()
    {
        await using var app = await PagesApp.StartAsync();
        var (_, page) = await app.GetAsync("/");
        var href = System.Text.RegularExpressions.Regex.Match(page, "href=\"(/assets/sightline.css[^\"]+)\"").Groups[1].Value;
        var (sheet, text) = await app.GetAsync(href);
        Assert.Equal("text/css; charset=utf-8", sheet.Content.Headers.ContentType?.ToString());
        Assert.Contains("light-dark(", text, StringComparison.Ordinal);
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
        Assert.Contains("Nothing to see yet", (await app.GetAsync("/")).Body, StringComparison.Ordinal);
        app.Projects.Add("Shop", new ProjectChange { Domains = ["shop.example.com"] });
        app.Stats.Full();
        var (_, page) = await app.GetAsync("/");
        Assert.Matches("href=\"/projects/1\"[^>]*>.*<b>Shop</b>", page);
        Assert.Contains("shop.example.com", page, StringComparison.Ordinal);
        Assert.Contains("12.3k", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_is_added_changed_and_emptied_by_the_form()
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        Assert.Equal("/projects/1?range=7d&f=is%2Cvisit%3Acountry%2CDE", await LocationAsync("/projects/1?range=7d&fd=visit:country&fo=is&fv=Germany&fv="));
        Assert.Equal(
            "/projects/1?f=contains_not%2Cpage%3Apath%2C%2Fa%2Cb&f=contains_not%2Cpage%3Apath%2C%2Fc",
            await LocationAsync("/projects/1?f=is,visit:country,DE&edit=is,visit:country&fd=page:path&fo=contains_not&fv=/a,b&fv=/c"));
        Assert.Equal("/projects/1", await LocationAsync("/projects/1?f=is,visit:country,DE&edit=is,visit:country&fd=visit:country&fo=is&fv="));
        Assert.Equal("/projects/1?f=is_set%2Cvisit%3Asource", await LocationAsync("/projects/1?fd=visit:source&fo=is_set&fv=x"));
        Assert.Equal("/projects/1/details/page?f=is%2Cvisit%3Areturning%2Ctrue&sort=visits%2Cdesc", await LocationAsync("/projects/1/details/page?sort=visits,desc&page=3&fd=visit:returning&fo=is&fv=Returning"));

        async Task<string?> LocationAsync(string path)
        {
            var (answer, _) = await app.GetAsync(path);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            return answer.Headers.Location?.OriginalString;
        }
    }

    [Fact]
    public async Task Colours_are_chosen_once_and_painted_by_the_server()
    {
        await using var app = await PagesApp.StartAsync();
        var (answer, _) = await app.GetAsync("/theme/dark?back=%2Fprojects%2F1%3Frange%3D7d");
        Assert.Equal("/projects/1?range=7d", answer.Headers.Location?.OriginalString);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("data-theme=\"dark\"", (await app.GetAsync("/", r => r.Headers.Add("Cookie", cookie.Split(';')[0]))).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("data-theme=\"", (await app.GetAsync("/", r => r.Headers.Add("Cookie", "sightline_theme=x\"onload"))).Body, StringComparison.Ordinal);
        Assert.Equal("/", (await app.GetAsync("/theme/light?back=https:%2F%2Fevil.example")).Answer.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync("/theme/pink")).Answer.StatusCode);
    }

    [Fact]
    public async Task A_view_is_saved_under_a_name_by_those_who_may_write()
    {
        await using var app = await PagesApp.StartAsync();
        app.Projects.Add("Shop");
        var (page, body) = await app.GetAsync("/projects/1/views?q=%3Frange%3D7d%26f%3Dis%252Cvisit%253Acountry%252CDE");
        Assert.Contains("no-store", page.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var token = System.Text.RegularExpressions.Regex.Match(body, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        var cookie = Assert.Single(page.Headers.GetValues("Set-Cookie")).Split(';')[0];

        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(new() { ["name"] = "Week", ["q"] = "" }, cookie)).StatusCode);
        var saved = await PostAsync(new() { ["name"] = "Week", ["q"] = "?range=7d&f=is%2Cvisit%3Acountry%2CDE&evil=1", ["__RequestVerificationToken"] = token }, cookie);
        Assert.Equal("/projects/1?range=7d&f=is%2Cvisit%3Acountry%2CDE", saved.Headers.Location?.OriginalString);
        Assert.Contains(">Week</a>", (await app.GetAsync("/projects/1")).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(new() { ["name"] = " ", ["q"] = "", ["__RequestVerificationToken"] = token }, cookie)).StatusCode);
        var removed = await PostAsync(new() { ["__RequestVerificationToken"] = token }, cookie, "/1/remove");
        Assert.Equal(HttpStatusCode.Redirect, removed.StatusCode);
        Assert.DoesNotContain(">Week</a>", (await app.GetAsync("/projects/1")).Body, StringComparison.Ordinal);

        var read = app.Tokens.Add("read", TokenScopes.Read, null).Secret;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/projects/1/views") { Content = new FormUrlEncodedContent([]) };
        request.Headers.Authorization = new("Bearer", read);
        Assert.Equal(HttpStatusCode.Forbidden, (await app.Client.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);

        async Task<HttpResponseMessage> PostAsync(Dictionary<string, string> form, string cookies, string path = "")
        {
            using var post = new HttpRequestMessage(HttpMethod.Post, "/projects/1/views" + path) { Content = new FormUrlEncodedContent(form) };
            post.Headers.Add("Cookie", cookies);
            return await app.Client.SendAsync(post, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void All_script_of_a_report_page_is_under_250_kilobytes_of_gzip() =>
        Assert.InRange(Sightline.Server.Show.PageAssets.App.PackedBytes + Sightline.Server.Show.PageAssets.Chart.PackedBytes, 1, 250_000);

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("-1", "'-1")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("/plain", "/plain")]
    public void Cells_of_a_file_are_text_to_every_spreadsheet(string text, string cell) => Assert.Equal(cell, Sightline.Server.Features.Overview.DetailsService.Cell(text));
}
