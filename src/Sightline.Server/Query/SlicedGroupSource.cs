using System.Globalization;
using Sightline.Core.Queries;

namespace Sightline.Server.Query;

/// <summary>
/// A cache of day slices in front of an engine: a grouping whose rows can be added over days, or each lie within one day, is put together from
/// the slices of its days; only missing days are asked for. Uniques over several days cannot be added, so such groupings go through.
/// </summary>
internal sealed class SlicedGroupSource(Func<IGroupSource> engine, ResultCache cache, ProjectDays days, ZoneCalendar calendar) : IGroupSource
{
    private const int MostSlices = 400;

    private int hits;
    private int misses;

    public CacheOutcome Outcome => hits == 0 ? CacheOutcome.Miss : misses == 0 ? CacheOutcome.Hit : CacheOutcome.Partial;

    public GroupTable Group(GroupPlan plan, CancellationToken cancellation)
    {
        if (!CanBeSliced(plan) || TimeBuckets.Cut(DimensionKind.TimeDay, plan.FromMs, plan.ToMs, calendar) is not { Count: > 1 and <= MostSlices } cut)
        {
            misses++;
            return engine().Group(plan, cancellation);
        }
        SliceMerger merger = new(plan);
        var keys = SliceKeys(plan, cut);
        var generations = keys.Select((_, day) => days.Of((cut.Starts[day], End(plan, cut, day)))).ToArray();
        for (var day = 0; day < cut.Count;)
        {
            if (cache.Find<List<GroupRow>>(keys[day], generations[day]) is { } slice)
            {
                hits++;
                merger.Add(slice, cut.Starts[day++]);
                continue;
            }
            var last = day;
            while (last + 1 < cut.Count && cache.Find<List<GroupRow>>(keys[last + 1], generations[last + 1]) is null)
            {
                last++;
            }
            misses += last + 1 - day;
            Compute(plan, cut, day, last, keys, generations, merger, cancellation);
            day = last + 1;
        }
        return merger.Table();
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

    private void Compute(
        GroupPlan plan, TimeBuckets cut, int first, int last, string[] keys, long[][] generations, SliceMerger merger, CancellationToken cancellation)
    {
        var (from, to) = (cut.Starts[first], End(plan, cut, last));
        var unit = plan.Buckets?.Unit ?? DimensionKind.TimeDay;
        var part = plan with
        {
            FromMs = from,
            ToMs = to,
            Buckets = TimeBuckets.Cut(unit, from, to, calendar),
            Dimensions = plan.Buckets is null ? [.. plan.Dimensions, new(DimensionKind.TimeDay)] : plan.Dimensions,
            WantsTotal = false,
        };
        var table = engine().Group(part, cancellation);
        merger.AddOtherMoney(table.OtherMoneyE4);
        var slices = new List<GroupRow>[last - first + 1];
        for (var i = 0; i < slices.Length; i++)
        {
            slices[i] = [];
        }
        foreach (var row in table.Rows)
        {
            var start = part.Buckets!.Starts[row.Bucket];
            var day = cut.IndexOf(start);
            // Buckets are kept relative to their slice, so that a slice serves every range that contains its day.
            var inSlice = plan.Buckets is null ? -1 : row.Bucket - part.Buckets.IndexOf(cut.Starts[day]);
            slices[day - first].Add(new(inSlice, plan.Buckets is null ? row.Values[..^1] : row.Values, row.State));
        }
        for (var day = first; day <= last; day++)
        {
            merger.Add(slices[day - first], cut.Starts[day]);
            if (table.OtherMoneyE4.Count == 0)
            {
                cache.Keep(keys[day], generations[day], slices[day - first], slices[day - first].Sum(RowBytes) + 100);
            }
        }
    }

    private static long RowBytes(GroupRow row) => 250 + (row.Values.Sum(value => value.Length) * 2L) + (row.State.Props.Length * 100L);

    private static long End(GroupPlan plan, TimeBuckets cut, int day) => day + 1 < cut.Count ? cut.Starts[day + 1] : plan.ToMs;

    private static string[] SliceKeys(GroupPlan plan, TimeBuckets cut)
    {
        var name = PlanKey.Of(plan);
        var keys = new string[cut.Count];
        for (var day = 0; day < keys.Length; day++)
        {
            keys[day] = string.Create(CultureInfo.InvariantCulture, $"{name}|{cut.Starts[day]}|{End(plan, cut, day)}");
        }
        return keys;
    }
}
