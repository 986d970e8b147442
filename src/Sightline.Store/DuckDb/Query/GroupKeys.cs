using System.Runtime.CompilerServices;
using Sightline.Core.Model;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Numbers the groups of a plan. Dimensions are folded in one after the other: (number so far, id of the next) gets a number. Those of visits come
/// first and are folded once a visit. The goal dimension comes last, as it gives one event several groups.
/// </summary>
internal sealed class GroupKeys
{
    private readonly GroupPlan plan;
    private readonly VisitTable visits;
    private readonly MemoryBudget budget;
    private readonly List<(int Dimension, GroupIndex Index)> visitSteps = [];
    private readonly List<(int Dimension, GroupIndex Index, int Column)> eventSteps = [];
    private readonly GroupIndex? goalStep;
    private readonly int goalDimension = -1;
    private readonly int timeColumn = -1;
    private readonly Dictionary<int, PropTexts> props = [];
    private readonly BucketCursor? cursor;
    private int[] visitGroups = [];
    private uint[][]? visitColumns;

    public GroupKeys(GroupPlan plan, VisitTable visits, Selection selection, MemoryBudget budget)
    {
        this.plan = plan;
        this.visits = visits;
        this.budget = budget;
        cursor = plan.Buckets is { } buckets ? new(buckets, plan.ToMs) : null;
        for (var d = 0; d < plan.Dimensions.Count; d++)
        {
            var dimension = plan.Dimensions[d];
            if (dimension.IsVisit)
            {
                visits.AddDimension(dimension.Kind);
                visitSteps.Add((d, new(budget)));
            }
            else if (dimension.Kind == DimensionKind.Goal)
            {
                goalDimension = d;
                goalStep = new(budget);
            }
            else if (dimension.IsTime)
            {
                timeColumn = selection.Need("time_ms");
                // First, for rows come in order of time: the groups of one bucket are numbered, and looked up, close together.
                eventSteps.Insert(0, (d, new(budget), timeColumn));
            }
            else if (dimension.Kind == DimensionKind.EventProp)
            {
                props[d] = new(budget);
                eventSteps.Add((d, new(budget), selection.Need(QuerySql.Prop(dimension.Prop!))));
            }
            else
            {
                eventSteps.Add((d, new(budget), selection.Need(QuerySql.Column(dimension.Kind).Column)));
            }
        }
    }

    private GroupKeys(GroupKeys like)
    {
        (plan, visits, budget, goalDimension, timeColumn) = (like.plan, like.visits, like.budget, like.goalDimension, like.timeColumn);
        cursor = plan.Buckets is { } buckets ? new(buckets, plan.ToMs) : null;
        visitSteps = [.. like.visitSteps.Select(step => step with { Index = new(budget) })];
        eventSteps = [.. like.eventSteps.Select(step => step with { Index = new(budget) })];
        goalStep = like.goalStep is null ? null : new(budget);
        foreach (var dimension in like.props.Keys)
        {
            props[dimension] = new(budget);
        }
    }

    /// <summary>For another thread: the same plan, no numbers yet.</summary>
    public GroupKeys Fork() => new(this);

    /// <summary>Numbers here of another's groups.</summary>
    public int[] Absorb(GroupKeys other)
    {
        int[] map = [0];
        for (var step = 0; step < visitSteps.Count; step++)
        {
            map = visitSteps[step].Index.Absorb(other.visitSteps[step].Index, map, null);
        }
        for (var step = 0; step < eventSteps.Count; step++)
        {
            var texts = props.TryGetValue(eventSteps[step].Dimension, out var own) ? own.Absorb(other.props[eventSteps[step].Dimension]) : null;
            map = eventSteps[step].Index.Absorb(other.eventSteps[step].Index, map, texts);
        }
        return goalStep is null ? map : goalStep.Absorb(other.goalStep!, map, null);
    }

    /// <summary>Numbers are below this.</summary>
    public int Count => goalStep?.Count ?? (eventSteps.Count > 0 ? eventSteps[^1].Index.Count : visitSteps.Count > 0 ? visitSteps[^1].Index.Count : 1);

    /// <summary>Numbers of the chosen rows, but for the goal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Number(DuckDbChunk chunk, ReadOnlySpan<int> rows, ReadOnlySpan<bool> chosen, Span<int> groups)
    {
        if (visitSteps.Count > 0)
        {
            NumberVisits(rows, chosen, groups);
        }
        else
        {
            groups.Clear();
        }
        foreach (var (dimension, index, column) in eventSteps)
        {
            if (column == timeColumn && plan.Dimensions[dimension].IsTime)
            {
                NumberTimes(chunk.Column(column).Values<long>(), index, chosen, groups);
            }
            else if (props.TryGetValue(dimension, out var texts))
            {
                texts.Number(chunk.Column(column), index, chosen, groups);
            }
            else
            {
                var ids = chunk.Column(column).Values<uint>();
                for (var i = 0; i < groups.Length; i++)
                {
                    if (chosen[i])
                    {
                        groups[i] = index.Number((uint)groups[i], ids[i]);
                    }
                }
            }
        }
    }

    /// <summary>Number of a visit that lies within one bucket, when the plan has no dimensions of events.</summary>
    public int Number(int visit, int bucketOfVisit)
    {
        var group = FoldVisit(visit);
        return eventSteps.Count > 0 ? eventSteps[0].Index.Number((uint)group, (uint)bucketOfVisit) : group;
    }

    public int WithGoal(int group, int goal) => goalStep!.Number((uint)group, (uint)goal);

    /// <summary>Bucket and texts of every group.</summary>
    public List<(int Bucket, string[] Values)> Names(StringDictionary strings, GoalSet goals)
    {
        var count = Count;
        var ids = new uint[plan.Dimensions.Count][];
        budget.Take((long)count * (plan.Dimensions.Count * 12 + 64));
        for (var d = 0; d < ids.Length; d++)
        {
            ids[d] = new uint[count];
        }
        for (var g = 0; g < count; g++)
        {
            Unfold(g, ids);
        }
        var texts = new Func<uint, string>[ids.Length];
        for (var d = 0; d < ids.Length; d++)
        {
            texts[d] = Texts(d, ids[d], strings, goals);
        }
        var time = plan.Dimensions.ToList().FindIndex(dimension => dimension.IsTime);
        List<(int, string[])> names = new(count);
        for (var g = 0; g < count; g++)
        {
            var values = new string[ids.Length];
            for (var d = 0; d < values.Length; d++)
            {
                values[d] = texts[d](ids[d][g]);
            }
            names.Add((time < 0 ? -1 : (int)ids[time][g], values));
        }
        return names;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void NumberVisits(ReadOnlySpan<int> rows, ReadOnlySpan<bool> chosen, Span<int> groups)
    {
        if (visitGroups.Length == 0)
        {
            visitGroups = budget.Array<int>(visits.Count);
        }
        for (var i = 0; i < groups.Length; i++)
        {
            if (chosen[i])
            {
                groups[i] = NumberVisit(rows[i]);
            }
        }
    }

    private int NumberVisit(int visit)
    {
        ref var known = ref visitGroups[visit];
        if (known == 0)
        {
            known = FoldVisit(visit) + 1;
        }
        return known - 1;
    }

    private int FoldVisit(int visit)
    {
        visitColumns ??= [.. visitSteps.Select(step => visits.Dimension(plan.Dimensions[step.Dimension].Kind))];
        var group = 0;
        for (var step = 0; step < visitColumns.Length; step++)
        {
            group = visitSteps[step].Index.Number((uint)group, visitColumns[step][visit]);
        }
        return group;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void NumberTimes(ReadOnlySpan<long> times, GroupIndex index, ReadOnlySpan<bool> chosen, Span<int> groups)
    {
        for (var i = 0; i < groups.Length; i++)
        {
            if (!chosen[i])
            {
                continue;
            }
            groups[i] = index.Number((uint)groups[i], (uint)cursor!.Of(times[i]));
        }
    }

    private void Unfold(int group, uint[][] ids)
    {
        var (at, slot) = (group, group);
        if (goalStep is not null)
        {
            var key = goalStep.Key(at);
            ids[goalDimension][slot] = key.Low;
            at = (int)key.High;
        }
        for (var s = eventSteps.Count - 1; s >= 0; s--)
        {
            var key = eventSteps[s].Index.Key(at);
            ids[eventSteps[s].Dimension][slot] = key.Low;
            at = (int)key.High;
        }
        for (var s = visitSteps.Count - 1; s >= 0; s--)
        {
            var key = visitSteps[s].Index.Key(at);
            ids[visitSteps[s].Dimension][slot] = key.Low;
            at = (int)key.High;
        }
    }

    private Func<uint, string> Texts(int d, uint[] ids, StringDictionary strings, GoalSet goals)
    {
        var dimension = plan.Dimensions[d];
        if (dimension.IsTime)
        {
            return _ => "";
        }
        switch (dimension.Kind)
        {
            case DimensionKind.Goal:
                return goal => goals.Name((int)goal);
            case DimensionKind.Returning:
                return id => id == 2 ? "true" : "false";
            case DimensionKind.EventProp:
                return props[d].Text;
            default:
                IdSet wanted = new();
                foreach (var id in ids)
                {
                    wanted.Add(id);
                }
                var texts = strings.Texts(QuerySql.Column(dimension.Kind).Kind, wanted);
                return id => texts[id];
        }
    }
}
