namespace Sightline.Server.Demo;

/// <summary>One of the demo's series: its name and what it is at a moment of a plan.</summary>
/// <param name="Name">Of Graphite.</param>
/// <param name="Value">Of the moment; the number is the series', so that no two have the same noise.</param>
internal sealed record DemoSeries(string Name, Func<DemoMoment, double> Value)
{
    private const double Mega = 1e6;
    private const double Giga = 1e9;

    /// <summary>What the shop and its three servers measure. The stories of the events are in it: the viral day loads the servers, the bad release loses orders by card.</summary>
    public static IReadOnlyList<DemoSeries> All { get; } =
    [
        Of("shop.orders.card", static m => 16 * m.Load * (m.IsBadDeploy ? 0.35 : 1) * m.Around(1, 0.22)),
        Of("shop.orders.paypal", static m => 9 * m.Load * m.Around(2, 0.25)),
        Of("shop.orders.invoice", static m => 4 * m.Load * m.Around(3, 0.35)),
        Of("shop.revenue", static m => 41 * m.Load * ((16 * (m.IsBadDeploy ? 0.35 : 1)) + 13) * m.Around(4, 0.18)),
        Of("shop.payments.refused", static m => ((0.6 * m.Load) + (m.IsBadDeploy ? 11 * m.Load : 0)) * m.Around(5, 0.4)),
        Of("shop.requests.2xx", static m => (3 + (46 * m.Load)) * m.Around(6, 0.1)),
        Of("shop.requests.4xx", static m => (0.4 + (1.5 * m.Load)) * m.Around(7, 0.4)),
        Of("shop.requests.5xx", static m => (0.02 + (m.IsBadDeploy ? 1.6 * m.Load : 0) + Math.Max(0, m.Load - 1.5)) * m.Around(8, 0.6)),
        .. Response("home", 0.035, 10), .. Response("product", 0.06, 12), .. Response("search", 0.11, 14), .. Response("checkout", 0.16, 16),
        // The newsletter's mails go out on Tuesday mornings.
        Of("shop.queue.mail", static m => ((4 * m.Load) + (m.IsTuesday ? 900 * m.Bump(9, 0.7) : 0)) * m.Around(18, 0.3)),
        .. Server("web1", 30, 1, 5.2), .. Server("web2", 40, 0.9, 0), .. Server("db1", 50, 0.6, 11),
        Of("servers.db1.diskspace.root.byte_used", static m => (96 * Giga) + (0.9 * Giga * m.Days) + (6 * Giga * m.Bump(3, 0.5))),
    ];

    private static DemoSeries Of(string name, Func<DemoMoment, double> value) => new(name, value);

    private static DemoSeries[] Response(string page, double seconds, int number) =>
    [
        Of($"shop.response.{page}.p50", m => seconds * (0.8 + (0.35 * m.Load)) * m.Around(number, 0.08)),
        Of($"shop.response.{page}.p95", m => seconds * (2 + m.Load + (0.9 * m.Load * m.Load)) * m.Around(number + 1, 0.2)),
    ];

    /// <param name="server">Its name.</param>
    /// <param name="number">Of its first noise.</param>
    /// <param name="share">Of the load.</param>
    /// <param name="memory">Gigabytes in use; 0: it leaks, and is restarted every third day.</param>
    private static DemoSeries[] Server(string server, int number, double share, double memory) =>
    [
        Of($"servers.{server}.cpu.total.user", m => Math.Min(88, (4 + (34 * share * m.Load)) * m.Around(number, 0.15))),
        Of($"servers.{server}.cpu.total.system", m => Math.Min(10, (1.5 + (7 * share * m.Load)) * m.Around(number + 1, 0.2))),
        // The backup reads everything at three in the night.
        Of($"servers.{server}.cpu.total.iowait", m => (0.6 + (share < 0.7 ? 38 * m.Bump(3, 0.5) : 0)) * m.Around(number + 2, 0.4)),
        Of($"servers.{server}.loadavg.01", m => (0.2 + (2.4 * share * m.Load)) * m.Around(number + 3, 0.2)),
        Of($"servers.{server}.memory.used", m => Giga * (memory > 0 ? memory + (0.6 * m.Load) : 2.4 + (1.7 * (m.Days % 3))) * m.Around(number + 4, 0.02)),
        Of($"servers.{server}.network.eth0.rx_byte", m => Mega * (0.1 + (0.9 * share * m.Load)) * m.Around(number + 5, 0.2)),
        Of($"servers.{server}.network.eth0.tx_byte", m => Mega * (0.3 + (5 * share * m.Load)) * m.Around(number + 6, 0.2)),
    ];
}
