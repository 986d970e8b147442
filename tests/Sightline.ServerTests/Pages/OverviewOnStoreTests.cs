using Sightline.Server.Cli.Asking;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Pages;

public sealed class OverviewOnStoreTests
{
    [Fact]
    public async Task Numbers_of_the_page_are_those_of_the_store()
    {
        var directory = Directory.CreateTempSubdirectory("sightline-overview-").FullName;
        try
        {
            var project = new ProjectStore(SettingsDb.Open(directory, TimeProvider.System), TimeProvider.System).Add("Shop");
            StoredVisits.Write(directory, TimeProvider.System.GetUtcNow());
            using var stats = StoppedStats.Open(directory, TimeProvider.System);
            var service = new OverviewService(stats);
            var state = new OverviewState { Project = 1 };
            var model = await service.LoadAsync(project, state, "", TestContext.Current.CancellationToken);

            Assert.True(model.HasAnything);
            Assert.Equal([2, 2, 3, 0.5, 5], model.Tiles.Select(t => t.Now!.Value));
            Assert.Equal(30, model.Series.Count);
            Assert.Equal(2, model.Series.Sum(p => p.Now));
            Assert.Equal(["/a", "/"], model.Tables[0].Rows.Select(r => r.Label));
            Assert.Equal(["Direct", "Google"], model.Tables[1].Rows.Select(r => r.Label).Order());
            Assert.Equal(["Germany", "Unknown"], model.Tables[2].Rows.Select(r => r.Label).Order());
            Assert.Equal("50%", model.Tables[2].Rows[0].ShareText);

            var direct = await service.LoadAsync(
                project, state.With(OverviewFilter.Is("visit:source", null)).With(OverviewFilter.Is("page:path", "/a")), "", TestContext.Current.CancellationToken);
            Assert.Equal(1, direct.Tiles[0].Now);
            foreach (var (range, _) in OverviewState.Ranges)
            {
                Assert.NotEmpty((await service.LoadAsync(project, state with { Range = range }, "", TestContext.Current.CancellationToken)).Series);
            }

            Assert.Equal("2", Format.Count(Assert.Single(await service.ListAsync([project], TestContext.Current.CancellationToken)).Visitors));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
