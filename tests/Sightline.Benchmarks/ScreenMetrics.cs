using System.Globalization;
using System.Text;
using Sightline.Core.Model;
using Sightline.Server.Features.Dashboards;
using Sightline.ServerTests.Pages;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Benchmarks;

/// <summary>A project of 1, 10 and 200 lines for pictures of the Explorer and of dashboards.</summary>
internal static class ScreenMetrics
{
    private const int Minutes = 360;

    private static readonly (string Title, string Query, PanelLook Look, int Width)[] Panels =
    [
        ("One line", "site.requests", PanelLook.Lines, 3), ("Ten lines", "aliasByNode(queue.*.length,1)", PanelLook.Lines, 3),
        ("Two hundred lines", "aliasByNode(farm.*.load,1)", PanelLook.Lines, 6), ("One, as area", "site.requests", PanelLook.Stack, 2), ("Ten, stacked", "aliasByNode(queue.*.length,1)", PanelLook.Stack, 4),
        ("Two hundred, stacked", "aliasByNode(farm.*.load,1)", PanelLook.Stack, 6), ("One number", "site.requests", PanelLook.Number, 2), ("Ten numbers", "aliasByNode(queue.*.length,1)", PanelLook.Number, 4),
        ("Two hundred numbers", "aliasByNode(farm.*.load,1)", PanelLook.Number, 6),
    ];

    /// <summary>Fills a data directory that nobody holds; what to look at there.</summary>
    public static IReadOnlyList<PageAddress> Fill(string data, DateTimeOffset now)
    {
        var settings = SettingsDb.Open(data, TimeProvider.System);
        var project = new ProjectStore(settings, TimeProvider.System).Add("A farm of servers").Id;
        using (var store = EventStore.Open(data, new EventStoreOptions(), TimeProvider.System))
        using (var writer = new StoreWriter(store))
        {
            var batch = new StoreBatch { UpTo = new LogPosition(store.StoredPosition().Value + 100) };
            var last = now.ToUnixTimeSeconds() / 60 * 60;
            var random = new Random(11);
            Add("site.requests", 140);
            foreach (var shop in (string[])["amsterdam", "berlin", "copenhagen", "dublin", "edinburgh", "florence", "gothenburg", "hamburg", "istanbul", "johannesburg-in-the-south"])
            {
                Add($"queue.{shop}.length", 10 + random.Next(60));
            }

            for (var node = 0; node < 200; node++)
            {
                Add(string.Create(CultureInfo.InvariantCulture, $"farm.node{node:000}.load"), 1 + (random.NextDouble() * 7));
            }

            writer.Write(batch);

            void Add(string name, double level)
            {
                var series = store.Series.Want(project, Encoding.UTF8.GetBytes(name), 60)!;
                var (phase, wave) = (random.NextDouble() * 6, 20 + random.Next(50));
                for (var minute = Minutes; minute > 0; minute--)
                {
                    batch.Points.Add(series, new Point((uint)(last - (minute * 60)), level * (1 + (0.25 * Math.Sin(phase + (minute / (double)wave))) + (random.NextDouble() * 0.15))));
                }
            }
        }

        var dashboard = new Dashboard { From = "-6h", RefreshSeconds = 0 };
        foreach (var (title, query, look, width) in Panels)
        {
            dashboard = dashboard.Add(new DashboardPanel { Title = title, Kind = PanelKind.Graphite, Query = query, Look = look, Width = width });
        }

        using var dashboards = new DashboardStore(settings, TimeProvider.System);
        var path = string.Create(CultureInfo.InvariantCulture, $"/projects/{project}/dashboards/{dashboards.Add(project, "One, ten, two hundred", dashboard.Write())}");
        return
        [
            new("lines-explorer", $"/projects/{project}/explorer", true),
            new("lines-explorer-1", $"/projects/{project}/explorer?q=site+requests+from+-6h", true),
            new("lines-explorer-10", $"/projects/{project}/explorer?q=queue+from+-6h", true),
            new("lines-explorer-200", $"/projects/{project}/explorer?q=farm+from+-6h+limit+200", true),
            new("lines-explorer-200-stack", $"/projects/{project}/explorer?q=stack+farm+from+-6h+limit+200", true),
            new("lines-explorer-200-list", $"/projects/{project}/explorer?q=list+farm+limit+200", true),
            new("lines-explorer-200-graphs", $"/projects/{project}/explorer?q=farm+GROUP+BY+n2+from+-6h+limit+200", true),
            new("lines-dashboard", path, true),
            new("lines-dashboard-alone", path + "?panel=3", true),
        ];
    }
}
