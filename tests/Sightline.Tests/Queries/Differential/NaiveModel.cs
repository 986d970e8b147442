using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Tests.Queries.Differential;

/// <summary>A visit as the definition has it.</summary>
internal sealed record NaiveVisit(ulong Visitor, List<Event> Events)
{
    public bool Returning { get; set; }

    public IEnumerable<Event> Counted => Events.Where(e => e.Kind != EventKind.Engagement);

    public Event? First => Counted.FirstOrDefault();

    public VisitContext Context => First?.Visit ?? new VisitContext();

    public string Entry => Events.FirstOrDefault(e => e.Kind == EventKind.PageView)?.Path ?? "";

    public string Exit => Events.LastOrDefault(e => e.Kind == EventKind.PageView)?.Path ?? "";

    public double Seconds => (Events[^1].TimeMs - Events[0].TimeMs) / 1000.0;

    public bool Bounced => Events.Count(e => e.Kind == EventKind.PageView) == 1 && !Events.Any(e => e.Kind == EventKind.Interaction);

    public ulong Person => Events.Max(e => e.Person);
}

/// <summary>
/// The query language by its definitions, event by event, over a plain list: slow, obvious, and sharing nothing with the engine but the
/// model of events and queries.
/// </summary>
internal sealed class NaiveModel
{
    private readonly Project project;
    private readonly List<(Event Event, NaiveVisit Visit)> all = [];
    private readonly Dictionary<ulong, ulong> identities = [];

    /// <param name="project">Whose goals and currency count.</param>
    /// <param name="events">All that were ever stored.</param>
    /// <param name="borderMs">Events before it were removed for their age: nothing counts them, but visits are what they were.</param>
    public NaiveModel(Project project, IEnumerable<Event> events, long borderMs = long.MinValue)
    {
        this.project = project;
        foreach (var visitor in events.GroupBy(e => e.Visitor))
        {
            NaiveVisit? visit = null;
            var before = false;
            foreach (var e in visitor.OrderBy(e => e.TimeMs).ThenByDescending(e => e.NewVisit).ThenBy(e => e.Tie))
            {
                if (visit is null || (e.NewVisit && e.Kind != EventKind.Engagement) || e.TimeMs - visit.Events[^1].TimeMs >= 1_800_000)
                {
                    before |= visit is not null && visit.First is not null;
                    visit = new(e.Visitor, []) { Returning = before };
                    Visits.Add(visit);
                }
                visit.Events.Add(e);
                if (e.TimeMs >= borderMs || e.Visitor >= RandomEvents.LateVisitors)
                {
                    all.Add((e, visit));
                }
            }
        }
        foreach (var e in events.Where(e => e.AlsoVisitor != 0 && e.Person != 0))
        {
            identities[e.AlsoVisitor] = Math.Max(e.Person, identities.GetValueOrDefault(e.AlsoVisitor));
        }
    }

    public List<NaiveVisit> Visits { get; } = [];

    /// <summary>Rows by dimension texts (time as the bucket's label), each with its metrics; and the whole.</summary>
    public (Dictionary<string, double?[]> Rows, double?[] Total) Answer(ResolvedQuery query, TimeRange range, NaiveBuckets? buckets)
    {
        var inRange = all.Where(x => x.Event.TimeMs >= range.FromMs && x.Event.TimeMs < range.ToMs).ToList();
        var filter = query.Query.Filter;
        var chosen = inRange.Where(x => filter is null || Holds(filter, x, inRange)).ToList();
        var named = filter is LeafFilter { Dimension.Kind: DimensionKind.Goal } || (filter as AndFilter)?.Parts.Any(IsGoal) == true;
        var byGoal = query.Query.Dimensions.Any(d => d.Kind == DimensionKind.Goal);
        var withoutGoals = filter switch
        {
            AndFilter and => inRange.Where(x => and.Parts.Where(p => !IsGoal(p)).All(p => Holds(p, x, inRange))).ToList(),
            LeafFilter leaf when IsGoal(leaf) => inRange,
            _ => chosen,
        };
        var totalVisitors = Visitors(chosen);
        var context = new NaiveContext(this, query.Query.Metrics, named || byGoal, totalVisitors);
        var groups = Group(chosen, query.Query.Dimensions, buckets, withGoal: true);
        var bases = Group(withoutGoals, query.Query.Dimensions, buckets, withGoal: false);
        Dictionary<string, double?[]> rows = [];
        foreach (var (key, group) in groups)
        {
            if (group.Any(x => x.Event.Kind != EventKind.Engagement))
            {
                rows[key] = context.Metrics(group, bases.GetValueOrDefault(WithoutGoal(key, query.Query.Dimensions)) ?? []);
            }
        }
        if (query.Query.Dimensions is [{ IsTime: true }])
        {
            foreach (var label in buckets!.Labels)
            {
                rows.TryAdd(label, context.Metrics([], bases.GetValueOrDefault(label) ?? []));
            }
        }
        if (query.Query.Dimensions.Count == 0)
        {
            rows[""] = context.Metrics(chosen, withoutGoals);
        }
        return (rows, context.Metrics(chosen, withoutGoals));
    }

    public static long Visitors(IEnumerable<(Event Event, NaiveVisit Visit)> events) =>
        events.Where(x => x.Event.Kind != EventKind.Engagement).Select(x => x.Visit.Visitor).Distinct().LongCount();

    public ulong Person(NaiveVisit visit) =>
        visit.Person != 0 ? visit.Person : identities.TryGetValue(visit.Visitor, out var person) ? person : visit.Visitor;

    public bool OwnCurrency(Event e) => e.Currency.Length == 0 || e.Currency == project.Currency;

    public IEnumerable<string> Goals(Event e) => project.Goals.Where(g => Reaches(e, g)).Select(g => g.Name).Distinct();

    public static string? Prop(Event e, string name)
    {
        if (e.Props is null)
        {
            return null;
        }
        using var json = JsonDocument.Parse(e.Props);
        return json.RootElement.TryGetProperty(name, out var value) ? value.ToString().Replace("True", "true", StringComparison.Ordinal) : null;
    }

    private static bool IsGoal(Filter filter) => filter is LeafFilter { Dimension.Kind: DimensionKind.Goal };

    private static string WithoutGoal(string key, IReadOnlyList<Dimension> dimensions) =>
        string.Join('\u001f', key.Split('\u001f').Where((_, i) => i >= dimensions.Count || dimensions[i].Kind != DimensionKind.Goal));

    private Dictionary<string, List<(Event Event, NaiveVisit Visit)>> Group(
        List<(Event Event, NaiveVisit Visit)> events, IReadOnlyList<Dimension> dimensions, NaiveBuckets? buckets, bool withGoal)
    {
        Dictionary<string, List<(Event Event, NaiveVisit Visit)>> groups = [];
        foreach (var x in events)
        {
            IEnumerable<string> keys = [""];
            var first = true;
            foreach (var dimension in dimensions)
            {
                if (dimension.Kind == DimensionKind.Goal && !withGoal)
                {
                    continue;
                }
                string[] values = dimension.Kind == DimensionKind.Goal ? [.. Goals(x.Event)]
                    : dimension.IsTime ? [buckets!.Label(x.Event.TimeMs)] : [Value(dimension, x)];
                var prefix = first;
                keys = [.. keys.SelectMany(k => values.Select(v => prefix ? v : k + '\u001f' + v))];
                first = false;
            }
            foreach (var key in keys)
            {
                groups.TryAdd(key, []);
                groups[key].Add(x);
            }
        }
        return groups;
    }

    private static bool Reaches(Event e, Goal goal) => goal.EventName is { } name
        ? e.Kind != EventKind.Engagement && e.Name == name
        : e.Kind == EventKind.PageView && e.Path.Length > 0
            && Regex.IsMatch(e.Path, "\\A" + Regex.Escape(goal.PathPattern!).Replace("\\*", ".*", StringComparison.Ordinal) + "\\z", RegexOptions.Singleline);

    private bool Holds(Filter filter, (Event Event, NaiveVisit Visit) x, List<(Event Event, NaiveVisit Visit)> inRange) => filter switch
    {
        AndFilter and => and.Parts.All(p => Holds(p, x, inRange)),
        OrFilter or => or.Parts.Any(p => Holds(p, x, inRange)),
        NotFilter not => !Holds(not.Part, x, inRange),
        HasDoneFilter done => Done(done, inRange).Contains(x.Visit.Visitor),
        LeafFilter { Dimension.Kind: DimensionKind.Goal } leaf => GoalHolds(leaf, x.Event),
        LeafFilter leaf => leaf.Operator == FilterOperator.IsSet ? Value(leaf.Dimension, x).Length > 0 : leaf.Values.Any(v => Fits(leaf.Operator, Value(leaf.Dimension, x), v)),
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    private readonly Dictionary<(HasDoneFilter, List<(Event, NaiveVisit)>), HashSet<ulong>> doneCache = [];

    private HashSet<ulong> Done(HasDoneFilter done, List<(Event Event, NaiveVisit Visit)> inRange)
    {
        if (!doneCache.TryGetValue((done, inRange), out var visitors))
        {
            visitors = [.. inRange.Where(x => x.Event.Kind != EventKind.Engagement && Holds(done.What, x, inRange)).Select(x => x.Visit.Visitor)];
            doneCache[(done, inRange)] = visitors;
        }
        return visitors;
    }

    private bool GoalHolds(LeafFilter leaf, Event e)
    {
        var names = Goals(e).ToList();
        if (leaf.Operator == FilterOperator.IsSet)
        {
            return names.Count > 0;
        }
        var ids = project.Goals.Where(g => Reaches(e, g)).Select(g => g.Id.ToString(CultureInfo.InvariantCulture));
        return leaf.Values.Any(v => names.Exists(name => Fits(leaf.Operator, name, v)))
            || (leaf.Operator == FilterOperator.Is && (leaf.Values.Any(ids.Contains) || (leaf.Values.Contains("") && names.Count == 0)));
    }

    private static bool Fits(FilterOperator how, string text, string value) => how switch
    {
        FilterOperator.Is => text == value,
        FilterOperator.Contains => text.Contains(value, StringComparison.Ordinal),
        FilterOperator.StartsWith => text.StartsWith(value, StringComparison.Ordinal),
        FilterOperator.EndsWith => text.EndsWith(value, StringComparison.Ordinal),
        FilterOperator.Matches => Regex.IsMatch(text, value, RegexOptions.Singleline | RegexOptions.CultureInvariant),
        _ => decimal.TryParse(text, NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite), CultureInfo.InvariantCulture, out var a)
            && decimal.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture) is var b
            && (how == FilterOperator.Gt ? a > b : how == FilterOperator.Gte ? a >= b : how == FilterOperator.Lt ? a < b : a <= b),
    };

    private static string Value(Dimension dimension, (Event Event, NaiveVisit Visit) x) => dimension.Kind switch
    {
        DimensionKind.EventName => x.Event.Name,
        DimensionKind.EventProp => Prop(x.Event, dimension.Prop!) ?? "",
        DimensionKind.PagePath => x.Event.Path,
        DimensionKind.PageHost => x.Event.Host,
        DimensionKind.PageTitle => x.Event.Title,
        DimensionKind.EntryPage => x.Visit.Entry,
        DimensionKind.ExitPage => x.Visit.Exit,
        DimensionKind.Source => x.Visit.Context.Source,
        DimensionKind.Referrer => x.Visit.Context.Referrer,
        DimensionKind.Channel => x.Visit.Context.Channel,
        DimensionKind.UtmSource => x.Visit.Context.UtmSource,
        DimensionKind.UtmMedium => x.Visit.Context.UtmMedium,
        DimensionKind.UtmCampaign => x.Visit.Context.UtmCampaign,
        DimensionKind.UtmTerm => x.Visit.Context.UtmTerm,
        DimensionKind.UtmContent => x.Visit.Context.UtmContent,
        DimensionKind.Country => x.Visit.Context.Country,
        DimensionKind.Region => x.Visit.Context.Region,
        DimensionKind.City => x.Visit.Context.City,
        DimensionKind.Language => x.Visit.Context.Language,
        DimensionKind.Device => x.Visit.Context.Device,
        DimensionKind.Browser => x.Visit.Context.Browser,
        DimensionKind.BrowserVersion => x.Visit.Context.BrowserVersion,
        DimensionKind.Os => x.Visit.Context.Os,
        DimensionKind.OsVersion => x.Visit.Context.OsVersion,
        DimensionKind.Screen => x.Visit.Context.Screen,
        DimensionKind.Returning => x.Visit.Returning ? "true" : "false",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };
}
