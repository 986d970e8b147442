using System.Globalization;
using Sightline.Server.Demo.Shop;
using Sightline.Server.Features.Tour;

namespace Sightline.Server.Demo;

/// <summary>Six cards that explain what is seen in the demo, and where its two stories are.</summary>
internal static class DemoTour
{
    public static IReadOnlyList<TourCard> Of(DemoPlan plan, uint project, long? dashboard)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/projects/{project}");
        var (viral, bad) = (plan.ViralDay, plan.BadDeployDay);
        return
        [
            new(".tiles", "How it is going", "Visitors, visits, bounce rate: each with its course and what it was before. Choose one and the graph shows it. Other days and other comparisons are at the top right.", []),
            new(".graph", "What happened when",
                $"The peak is {Day(viral)}: a blog post was passed around on Hacker News. Marks on the time line are notes. Drag over the graph to look closer.",
                [("Show that day by the hour", $"{path}?range=custom&from={Iso(viral)}&to={Iso(viral.AddDays(1))}")]),
            new("#panel-sources", "Every row filters",
                "Click a source, a page, a country: all numbers follow. Filters stand at the top, can be changed there, and are in the address: send it, and others see the same.",
                [("Who comes from AI assistants", $"{path}?f=is,visit:channel,AI%20Assistants&tab=channel"), ("Only visitors who bought", $"{path}?f=did.is,goal,Purchase")]),
            new("#panel-events", "What it came to",
                $"Goals say how many visitors reached what you want them to. On {Day(bad)} a release broke paying in Chrome: the graph of orders in Chrome falls to nothing, and errors say why.",
                [("Orders in Chrome around that day", $"{path}?range=custom&from={Iso(bad.AddDays(-7))}&to={Iso(bad.AddDays(7))}&metric=conversions&f=is,visit:browser,Chrome&f=is,goal,Purchase"),
                 ("The errors", $"{path}?range=custom&from={Iso(bad.AddDays(-7))}&to={Iso(bad.AddDays(7))}&metric=events&f=is,event:name,error&tab=browser&tab=prop&prop=message")]),
            new(".places [href$='/dashboards']", "The servers beside the visits",
                "Metrics that your own programs send stand beside visits: a dashboard shows both over the same time, the Explorer finds any of them by a word.",
                [("The dashboard", string.Create(CultureInfo.InvariantCulture, $"{path}/dashboards{(dashboard is { } number ? $"/{number}" : "")}")),
                 ("Answer times in the Explorer", $"{path}/explorer?q=response%20quantile%3Dp95")]),
            new(".head .badge", "Who is here now",
                "The green dot counts visitors of the last five minutes. Open the shop beside this page and click through it: you arrive within a second or two.",
                [("Realtime", $"{path}/realtime"), ("The shop", DemoCatalog.Home)]),
        ];
    }

    private static string Day(DateOnly day) => day.ToString("d MMMM", CultureInfo.InvariantCulture);

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
