using System.Globalization;
using Sightline.Server.Features.Dashboards;
using Sightline.Store.Settings;

namespace Sightline.Server.Health;

/// <summary>What the built-in project begins with. Both are its own from then on: who changes them finds them changed.</summary>
internal static class OwnDashboard
{
    public const string Name = "Server";

    public static Dashboard Document { get; } = Of(
        ("Behind the log", 2, PanelLook.Number, "s", "alias(sightline.store.lag_seconds,'store')"),
        ("Free disk", 2, PanelLook.Number, "B", "alias(sightline.disk.free_bytes,'free')"),
        ("Series", 2, PanelLook.Number, "", "alias(sightline.series.count,'series')"),
        ("Taken in a second", 3, PanelLook.Lines, "", "aliasByNode(perSecond(sightline.accepted.*.total),2)"),
        ("Refused a second", 3, PanelLook.Lines, "", "aliasByNode(perSecond(sightline.rejected.*.*.total),2,3)"),
        ("Stored a second", 3, PanelLook.Lines, "", "aliasByNode(perSecond(sightline.stored.*_total),2)"),
        ("Datagrams lost a second", 3, PanelLook.Lines, "", "aliasByNode(perSecond(sightline.line.*.lost_datagrams_total),2)"),
        ("A sync of the log, 99th percentile", 3, PanelLook.Lines, "s", "alias(sightline.log.sync_seconds_p99,'p99')"),
        ("Queries a second", 3, PanelLook.Lines, "", "alias(perSecond(sightline.queries.total),'all')\nalias(perSecond(sightline.queries.cached_total),'from the cache')"),
        ("Memory", 3, PanelLook.Lines, "B", "aliasByNode(sightline.process.*_bytes,2)"),
        ("Size of the store", 3, PanelLook.Stack, "B", "aliasByNode(sightline.store.*.bytes,2)"),
        ("Share of the time spent writing", 3, PanelLook.Lines, "", "alias(perSecond(sightline.store.busy_seconds_total),'enriching and writing')\nalias(perSecond(sightline.process.gc_pause_seconds_total),'garbage collector')"),
        ("Bytes appended to the log a second", 3, PanelLook.Lines, "B/s", "alias(perSecond(sightline.log.bytes_total),'log')"));

    /// <summary>Fine for two days, then coarser. Counters are most of it, and of these the last value of an interval is the right one.</summary>
    public static StorageRules Rules(int step)
    {
        var steps = new[] { (Step: step, Days: 2), (Step: 60, Days: 30), (Step: 600, Days: 730) }.Where(archive => archive.Step == step || (archive.Step > step && archive.Step % step == 0));
        var retentions = string.Join(',', steps.Select(static archive => string.Create(CultureInfo.InvariantCulture, $"{archive.Step}s:{archive.Days}d")));
        return new StorageRules(
            $"[own]\npattern = ^sightline\\.\nretentions = {retentions}\n",
            "[own]\npattern = ^sightline\\.\nxFilesFactor = 0\naggregationMethod = last\n");
    }

    private static Dashboard Of(params (string Title, int Width, PanelLook Look, string Unit, string Query)[] panels) => new Dashboard
    {
        // A new server has something to show at once; longer is a click.
        From = "-1h",
        Panels = [.. panels.Select(static (panel, i) => new DashboardPanel { Id = i + 1, Title = panel.Title, Width = panel.Width, Look = panel.Look, Unit = panel.Unit, Query = panel.Query, Kind = PanelKind.Graphite })],
    }.Checked();
}
