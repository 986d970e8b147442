using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;

namespace Sightline.ServerTests.Pages;

public sealed class OverviewOnStoreTests
{
    [Fact]
    public async Task Numbers_of_the_page_are_those_of_the_store()
    {
        var directory = Directory.CreateTempSubdirectory("sightline-overview-").FullName;
        StoredVisits.Write(directory, TimeProvider.System.GetUtcNow());
        await using var server = await ServerUnderTest.StartAsync(data: directory);
        var project = server.AddProject();
        var service = server.Services.GetRequiredService<OverviewService>();
        var state = new OverviewState { Project = project.Id };
        var model = await service.LoadAsync(project, state, "", mayWrite: true, TestContext.Current.CancellationToken);

        Assert.True(model.HasAnything);
        Assert.Equal([2, 2, 3, 1.5, 0.5, 5], model.Tiles.Select(t => t.Now!.Value));
        Assert.Equal(30, model.Graph!.Points.Count);
        Assert.True(model.Graph.LastIsPartial);
        Assert.Equal(2, model.Graph.Points.Sum(p => p.Now));
        Assert.Equal(["/a", "/"], Rows(model, "pages").Select(r => r.Label));
        Assert.Equal(["Direct", "Google"], Rows(model, "sources").Select(r => r.Label).Order());
        Assert.Equal(["Germany", "Unknown"], Rows(model, "places").Select(r => r.Label).Order());
        Assert.Equal(["1", "50%"], Rows(model, "places")[0].Cells);

        var direct = await LoadAsync(state.With(OverviewFilter.Is("visit:source", null)).With(OverviewFilter.Is("page:path", "/a")));
        Assert.Equal(1, direct.Tiles[0].Now);
        foreach (var (range, _, _, _) in OverviewRanges.Named)
        {
            foreach (var interval in (state with { Range = range }).Intervals)
            {
                Assert.NotEmpty((await LoadAsync(state with { Range = range, ChosenInterval = interval })).Graph!.Points);
            }
        }

        // Searched without regard to case; countries by name; the share stays that of all visitors.
        Assert.Equal("Google", Assert.Single(Rows(await LoadAsync(state with { Searches = [("sources", "gOOg")] }), "sources")).Label);
        var germany = Assert.Single(Rows(await LoadAsync(state with { Tabs = ["country"], Searches = [("places", "germ")] }), "places"));
        Assert.Equal(["1", "50%"], germany.Cells);
        Assert.Empty(Rows(await LoadAsync(state with { Searches = [("pages", ".*")] }), "pages"));
        foreach (var metric in OverviewMetrics.ForGraph)
        {
            Assert.Equal(metric.Name, (await LoadAsync(state with { Metric = metric.Key })).Graph!.Name);
        }

        foreach (var panel in OverviewPanels.All)
        {
            foreach (var tab in panel.Tabs)
            {
                var shown = (await LoadAsync(state.WithTab(panel, tab))).Tables.Single(t => t.Panel == panel);
                Assert.Equal(tab, shown.Tab);
            }
        }

        Assert.Equal("2", Format.Count(Assert.Single(await service.ListAsync([project], TestContext.Current.CancellationToken)).Visitors));

        Task<OverviewModel> LoadAsync(OverviewState wanted) => service.LoadAsync(project, wanted, "", mayWrite: false, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Details_are_sorted_paged_searched_and_downloaded()
    {
        var directory = Directory.CreateTempSubdirectory("sightline-details-").FullName;
        StoredVisits.Write(directory, TimeProvider.System.GetUtcNow());
        await using var server = await ServerUnderTest.StartAsync(data: directory);
        server.AddProject();
        using var owner = await server.SignInAsync();
        var page = await TextAsync("/projects/1/details/page?sort=name,asc");
        Assert.Matches("(?s)>/</a>.*>/a</a>", page);
        Assert.Contains("2 rows", page, StringComparison.Ordinal);
        Assert.Contains("aria-sort=\"ascending\"", page, StringComparison.Ordinal);
        Assert.Matches("(?s)>/a</a>.*>/</a>", await TextAsync("/projects/1/details/page?sort=visitors,desc"));
        Assert.Contains("Nothing here is called", await TextAsync("/projects/1/details/page?q=nowhere"), StringComparison.Ordinal);
        var csv = await TextAsync("/projects/1/details/page.csv?sort=name,asc");
        Assert.Equal(["\uFEFFPage,visitors,visits,page_views,bounce_rate,time_on_page,scroll_depth", "/,1,1,1,0,0,", "/a,2,2,2,0.5,0,", ""], csv.Split("\r\n"));
        Assert.Equal("""["Germany"]""", await TextAsync("/projects/1/suggest?dimension=visit:country&text=ger"));
        Assert.Equal("""["/a"]""", await TextAsync("/projects/1/suggest?dimension=page:path&text=A"));
        Assert.Equal("[]", await TextAsync("/projects/1/suggest?dimension=time:day&text=A"));
        foreach (var path in OverviewPanels.All.SelectMany(p => p.Tabs).Where(t => t.Key != OverviewPanels.Map).Select(t => t.Key))
        {
            await TextAsync($"/projects/1/details/{path}");
            await TextAsync($"/projects/1/details/{path}.csv");
        }

        async Task<string> TextAsync(string path) => System.Text.Encoding.UTF8.GetString(await owner.Client.GetByteArrayAsync(path, TestContext.Current.CancellationToken));
    }

    private static IReadOnlyList<BarRow> Rows(OverviewModel model, string panel) => model.Tables.Single(t => t.Panel.Key == panel).Rows;
}
