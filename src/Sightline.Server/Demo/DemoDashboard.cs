using System.Globalization;
using Sightline.Core.Model;
using Sightline.Server.Features.Dashboards;
using Sightline.Server.Features.Explorer;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Demo;

/// <summary>How the demo's series are kept, what their names say, and a dashboard that shows them beside the shop's visits.</summary>
internal static class DemoDashboard
{
    public const string Name = "Shop and servers";

    private const string NameRules = """
        shop.orders.{payment} unit=Order/h target_type=rate what=orders
        shop.{what:revenue} unit=EUR/h target_type=rate
        shop.payments.{result} unit=Payment/h target_type=rate what=payments
        shop.requests.{status} unit=Req/s target_type=rate what=requests
        shop.response.{page}.{quantile} unit=s target_type=gauge what=response
        shop.queue.{queue} unit=Mail target_type=gauge what=queue
        """;

    private static readonly StorageRules s_kept = new(
        "[demo]\npattern = .*\nretentions = 60s:2d,600s:14d,3600s:400d\n",
        "[demo]\npattern = .*\nxFilesFactor = 0\naggregationMethod = average\n");

    /// <summary>Made once for a directory: what a visitor changes or removes afterwards stays so.</summary>
    /// <returns>Its number, if it is there.</returns>
    public static long? Ensure(DemoPlan plan, Project project, EventStore store, StorageRuleStore kept, ExplorerRules rules, DashboardStore dashboards)
    {
        if (store.ImportProgress(project.Id).All(static known => known.FileName != DemoMetrics.ProgressName) && Find() is null)
        {
            kept.Set(project.Id, s_kept);
            rules.Set(project.Id, NameRules);
            return dashboards.Add(project.Id, Name, Of(plan).Write());
        }

        return Find();

        long? Find() => dashboards.Of(project.Id).Where(static known => known.Name == Name).Select(static known => (long?)known.Id).FirstOrDefault();
    }

    internal static Dashboard Of(DemoPlan plan)
    {
        (string Title, int Width, PanelKind Kind, PanelLook Look, string Unit, string Query)[] panels =
        [
            ("Orders", 2, PanelKind.Graphite, PanelLook.Number, "Order/h", "alias(sumSeries(shop.orders.*),'now')"),
            ("Revenue", 2, PanelKind.Graphite, PanelLook.Number, "EUR/h", "alias(shop.revenue,'now')"),
            ("Slowest answers of the checkout", 2, PanelKind.Graphite, PanelLook.Number, "s", "alias(shop.response.checkout.p95,'95th percentile')"),
            ("Orders by payment", 3, PanelKind.Graphite, PanelLook.Stack, "Order/h", "aliasByNode(shop.orders.*,2)"),
            ("Visitors", 3, PanelKind.Visits, PanelLook.Lines, "", "visitors"),
            ("Answer times, 95th percentile", 3, PanelKind.Graphite, PanelLook.Lines, "s", "aliasByNode(shop.response.*.p95,2)"),
            ("Requests that fail", 3, PanelKind.Graphite, PanelLook.Lines, "Req/s", "aliasByNode(shop.requests.{4xx,5xx},2)"),
            ("Processor time in use", 3, PanelKind.Graphite, PanelLook.Lines, "%", "aliasByNode(sumSeriesWithWildcards(servers.*.cpu.total.*,4),1)"),
            ("Memory", 3, PanelKind.Graphite, PanelLook.Lines, "B", "aliasByNode(servers.*.memory.used,1)"),
            ("Sent by the servers", 3, PanelKind.Explorer, PanelLook.Stack, "", "network direction=tx"),
            ("Pages", 3, PanelKind.Visits, PanelLook.Lines, "", "page_views by page:path"),
            ("What there is to find", 6, PanelKind.Text, PanelLook.Lines, "", string.Create(CultureInfo.InvariantCulture,
                $"Choose 30 days: on {plan.ViralDay:d MMMM} a blog post was passed around and the servers had to work; on {plan.BadDeployDay:d MMMM} a release lost the orders by card. web2 leaks memory and is restarted every third day. All of it is invented.")),
        ];
        return new Dashboard
        {
            From = "-24hours",
            Panels = [.. panels.Select(static (panel, i) => new DashboardPanel { Id = i + 1, Title = panel.Title, Width = panel.Width, Kind = panel.Kind, Look = panel.Look, Unit = panel.Unit, Query = panel.Query })],
        }.Checked();
    }
}
