namespace Sightline.Server.Features.Overview;

/// <summary>A breakdown with all its rows: the overview's state and the place in the table.</summary>
public sealed record DetailsState(OverviewState View, OverviewTab Tab, string? Search, string Sort, bool Descending, int Page)
{
    public const int PageRows = 50;
    private const int LastPage = 10_000;

    /// <summary>Columns of the table: those that say something about a goal, a page or a visit.</summary>
    public static IReadOnlyList<string> Metrics(OverviewTab tab) => tab.Key switch
    {
        "goal" => ["visitors", "visits", "conversions", "conversion_rate", "revenue", "average_revenue"],
        "event" or OverviewPanels.Property => ["visitors", "visits", "events", "revenue"],
        "page" or "title" or "host" => ["visitors", "visits", "page_views", "bounce_rate", "time_on_page", "scroll_depth"],
        _ => ["visitors", "visits", "page_views", "views_per_visit", "bounce_rate", "visit_duration"],
    };

    public static DetailsState Parse(OverviewState view, OverviewTab tab, IQueryCollection query)
    {
        var sort = query["sort"].ToString().Split(',');
        var known = sort.Length == 2 && (Metrics(tab).Contains(sort[0]) || sort[0] == "name") && sort[1] is "asc" or "desc";
        return new DetailsState(
            view,
            tab,
            query["q"].ToString().Trim() is { Length: > 0 and <= 200 } search ? search : null,
            known ? sort[0] : Metrics(tab)[0],
            !known || sort[1] == "desc",
            int.TryParse(query["page"], System.Globalization.CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page, 1, LastPage) : 1);
    }

    public string Path => $"{View.Path}/details/{Tab.Key}";

    public string Url => OverviewState.Address(Path, Fields());

    public string CsvUrl => OverviewState.Address(Path + ".csv", (this with { Page = 1 }).Fields());

    public string BackUrl => View.WithTab(OverviewPanels.Of(Tab), Tab).Url;

    /// <summary>Sorts by a column; by the same again, the other way round.</summary>
    public DetailsState By(string column) => this with { Sort = column, Descending = Sort == column ? !Descending : column != "name", Page = 1 };

    public IEnumerable<(string Name, string Value)> Fields(params string[] without) => All().Where(field => !without.Contains(field.Name));

    private IEnumerable<(string Name, string Value)> All()
    {
        foreach (var field in View.Fields())
        {
            yield return field;
        }

        if (Search is not null)
        {
            yield return ("q", Search);
        }

        if (Sort != Metrics(Tab)[0] || !Descending)
        {
            yield return ("sort", $"{Sort},{(Descending ? "desc" : "asc")}");
        }

        if (Page > 1)
        {
            yield return ("page", Page.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
