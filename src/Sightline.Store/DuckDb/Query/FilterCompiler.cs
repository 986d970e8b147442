using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Turns a filter into masks. Parts that look only at visits become one flag a visit, worked out while visits are read; "has done" becomes such a
/// flag by a pass of its own; the rest looks at events.
/// </summary>
internal sealed class FilterCompiler(StringDictionary strings, GoalSet goals, VisitTable visits)
{
    /// <summary>A list of ids longer than this is looked up in a bitset instead of being written into the SQL.</summary>
    private const int MostPushed = 8;

    /// <summary>Passes to run, in this order, before the one the filter is for; each fills the flags.</summary>
    public List<(EventScan Scan, VisitMask Flags)> Before { get; } = [];

    /// <summary>Puts a filter into a scan: what SQL can decide alone into its text, the rest as its mask.</summary>
    public void Apply(Filter filter, EventScan scan)
    {
        List<Mask> masks = [];
        foreach (var part in filter is AndFilter and ? and.Parts : [filter])
        {
            if (part is LeafFilter leaf && Pushed(leaf, negative: false) is { } sql)
            {
                scan.Conditions.Add(sql);
            }
            else if (part is NotFilter { Part: LeafFilter negated } && Pushed(negated, negative: true) is { } not)
            {
                scan.Conditions.Add(not);
            }
            else
            {
                masks.Add(Compile(part, scan.Selection));
            }
        }
        scan.Mask = masks.Count switch { 0 => null, 1 => masks[0], _ => new AndMask(masks) };
    }

    /// <summary>The visits that a filter holds for which looks only at visits.</summary>
    public VisitMask OfVisits(Filter filter) => visits.AddFlag(CompileVisit(filter));

    /// <summary>Whether a filter is the same for all events of a visit.</summary>
    public static bool OnlyVisits(Filter filter) => filter switch
    {
        AndFilter and => and.Parts.All(OnlyVisits),
        OrFilter or => or.Parts.All(OnlyVisits),
        NotFilter not => OnlyVisits(not.Part),
        LeafFilter leaf => leaf.Dimension.IsVisit,
        _ => false,
    };

    /// <summary>All comparisons within a filter.</summary>
    public static IEnumerable<LeafFilter> Leaves(Filter filter) => filter switch
    {
        AndFilter and => and.Parts.SelectMany(Leaves),
        OrFilter or => or.Parts.SelectMany(Leaves),
        NotFilter not => Leaves(not.Part),
        HasDoneFilter done => Leaves(done.What),
        LeafFilter leaf => [leaf],
        _ => [],
    };

    private string? Pushed(LeafFilter leaf, bool negative)
    {
        if (leaf.Dimension.IsVisit || leaf.Dimension.Kind == DimensionKind.Goal)
        {
            return null;
        }
        if (leaf.Dimension.Kind == DimensionKind.EventProp)
        {
            return (negative ? "NOT " : "") + PropCondition(leaf);
        }
        var (column, kind) = QuerySql.Column(leaf.Dimension.Kind);
        var ids = strings.Matching(kind, leaf);
        if (ids.Count > MostPushed)
        {
            return null;
        }
        return ids.Count == 0 ? (negative ? "true" : "false") : $"{column} {(negative ? "NOT IN" : "IN")} ({string.Join(", ", ids.Ids())})";
    }

    private Mask Compile(Filter filter, Selection selection)
    {
        if (OnlyVisits(filter))
        {
            return visits.AddFlag(CompileVisit(filter));
        }
        switch (filter)
        {
            case AndFilter and:
                return new AndMask([.. and.Parts.Select(part => Compile(part, selection))]);
            case OrFilter or:
                return new OrMask([.. or.Parts.Select(part => Compile(part, selection))]);
            case NotFilter not:
                return new NotMask(Compile(not.Part, selection));
            case HasDoneFilter done:
                VisitMask flags = new();
                EventScan scan = new();
                scan.Conditions.Add($"kind <> {(int)EventKind.Engagement}");
                Apply(done.What, scan);
                visits.WantsVisitors = true;
                Before.Add((scan, flags));
                return flags;
            case LeafFilter { Dimension.Kind: DimensionKind.Goal } leaf:
                var nothing = leaf.Operator == FilterOperator.Is && leaf.Values.Contains("");
                return new GoalMask(
                    selection.Need("kind"), selection.Need("name"), selection.Need("path"), goals.Named(leaf), nothing ? goals.Any() : null);
            case LeafFilter { Dimension.Kind: DimensionKind.EventProp } leaf:
                return new SqlMask(selection.Need(PropCondition(leaf)));
            case LeafFilter leaf:
                var (column, kind) = QuerySql.Column(leaf.Dimension.Kind);
                return new IdMask(selection.Need(column), strings.Matching(kind, leaf));
            default:
                throw new ArgumentOutOfRangeException(nameof(filter));
        }
    }

    private Mask CompileVisit(Filter filter) => filter switch
    {
        AndFilter and => new AndMask([.. and.Parts.Select(CompileVisit)]),
        OrFilter or => new OrMask([.. or.Parts.Select(CompileVisit)]),
        NotFilter not => new NotMask(CompileVisit(not.Part)),
        LeafFilter leaf => new IdMask(visits.Selection.Need(VisitTable.Expression(leaf.Dimension.Kind)), VisitIds(leaf)),
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    private IdSet VisitIds(LeafFilter leaf)
    {
        if (leaf.Dimension.Kind != DimensionKind.Returning)
        {
            return strings.Matching(QuerySql.Column(leaf.Dimension.Kind).Kind, leaf);
        }
        IdSet ids = new();
        var holds = strings.Holds(["false", "true"], leaf);
        for (uint i = 0; i < holds.Length; i++)
        {
            if (holds[i])
            {
                ids.Add(i + 1);
            }
        }
        return ids;
    }

    private string PropCondition(LeafFilter leaf)
    {
        if (leaf.Operator == FilterOperator.Matches)
        {
            strings.CheckPatterns(leaf);
        }
        return QuerySql.Condition($"coalesce({QuerySql.Prop(leaf.Dimension.Prop!)}, '')", leaf);
    }
}
