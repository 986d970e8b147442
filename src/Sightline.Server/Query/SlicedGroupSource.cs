using Sightline.Core.Queries;

namespace Sightline.Server.Query;

/// <summary>
/// A cache of day slices in front of an engine: a grouping whose rows can be added over days, or each lie within one day, is put together from
/// the slices of its days; only missing days are asked for. Uniques over several days cannot be added, so such groupings go through.
/// </summary>
internal sealed class SlicedGroupSource(Func<IGroupSource> engine, ResultCache cache, ProjectDays days, ZoneCalendar calendar) : IGroupSource
{
    private const int MostSlices = 400;

    private readonly Dictionary<GroupPlan, (int Hits, int Misses)> counts = new(ReferenceEqualityComparer.Instance);

    /// <summary>How much of these plans, which were answered, came from the cache.</summary>
    public CacheOutcome OutcomeOf(IReadOnlyList<GroupPlan> plans)
    {
        var (hits, misses) = (plans.Sum(plan => counts[plan].Hits), plans.Sum(plan => counts[plan].Misses));
        return hits == 0 ? CacheOutcome.Miss : misses == 0 ? CacheOutcome.Hit : CacheOutcome.Partial;
    }

    public IReadOnlyList<GroupTable> Group(IReadOnlyList<GroupPlan> plans, CancellationToken cancellation)
    {
        var tables = new GroupTable?[plans.Count];
        var sliced = new SlicedPlan?[plans.Count];
        List<GroupPlan> parts = [];
        List<(int Place, SlicedRun? Run)> places = [];
        // Generations are read for all before the engine opens its view of the data.
        for (var i = 0; i < plans.Count; i++)
        {
            if (!CanBeSliced(plans[i]) || TimeBuckets.Cut(DimensionKind.TimeDay, plans[i].FromMs, plans[i].ToMs, calendar) is not { Count: > 1 and <= MostSlices } cut)
            {
                counts[plans[i]] = (0, 1);
                parts.Add(plans[i]);
                places.Add((i, null));
                continue;
            }
            var slices = sliced[i] = new(plans[i], cut, cache, days, calendar);
            counts[plans[i]] = (slices.Hits, cut.Count - slices.Hits);
            foreach (var run in slices.Missing)
            {
                parts.Add(run.Part);
                places.Add((i, run));
            }
        }
        var found = parts.Count == 0 ? [] : engine().Group(parts, cancellation);
        for (var p = 0; p < found.Count; p++)
        {
            var (place, run) = places[p];
            if (run is null)
            {
                tables[place] = found[p];
            }
            else
            {
                sliced[place]!.Add(run, found[p]);
            }
        }
        for (var i = 0; i < tables.Length; i++)
        {
            tables[i] ??= sliced[i]!.Table();
        }
        return tables!;
    }

    /// <summary>Time of a day or less: each row lies in one day. No time: only counts of events and money can be added.</summary>
    private static bool CanBeSliced(GroupPlan plan)
    {
        var time = plan.Dimensions.FirstOrDefault(d => d.IsTime, new(DimensionKind.Goal));
        if (plan.Filter is { } filter && LooksAcrossDays(filter))
        {
            return false;
        }
        return time.IsTime
            ? time.Kind <= DimensionKind.TimeDay && !plan.WantsTotal
            : (plan.Needs & ~GroupNeeds.Revenue) == 0 && plan.Props.Count == 0 && !plan.Dimensions.Contains(new(DimensionKind.Goal));
    }

    private static bool LooksAcrossDays(Filter filter) => filter switch
    {
        AndFilter and => and.Parts.Any(LooksAcrossDays),
        OrFilter or => or.Parts.Any(LooksAcrossDays),
        NotFilter not => LooksAcrossDays(not.Part),
        _ => filter is HasDoneFilter,
    };
}
