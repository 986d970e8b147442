using System.Globalization;
using Sightline.Core.Queries;

namespace Sightline.Server.Query;

/// <summary>A plan cut into days: those found in the cache, and runs of days that the engine has to find.</summary>
internal sealed class SlicedPlan
{
    private readonly GroupPlan plan;
    private readonly TimeBuckets cut;
    private readonly ResultCache cache;
    private readonly string[] keys;
    private readonly long[][] generations;
    private readonly SliceMerger merger;

    public SlicedPlan(GroupPlan plan, TimeBuckets cut, ResultCache cache, ProjectDays days, ZoneCalendar calendar)
    {
        (this.plan, this.cut, this.cache, merger) = (plan, cut, cache, new(plan));
        keys = Keys(plan, cut);
        generations = [.. keys.Select((_, day) => days.Of((cut.Starts[day], End(day))))];
        for (var day = 0; day < cut.Count; day++)
        {
            if (cache.Find<List<GroupRow>>(keys[day], generations[day]) is { } slice)
            {
                Hits++;
                merger.Add(slice, cut.Starts[day]);
            }
            else if (Missing.Count > 0 && Missing[^1].Last == day - 1)
            {
                Missing[^1] = Missing[^1] with { Last = day };
            }
            else
            {
                Missing.Add(new(day, day, plan));
            }
        }
        for (var i = 0; i < Missing.Count; i++)
        {
            Missing[i] = Missing[i] with { Part = Part(Missing[i], calendar) };
        }
    }

    /// <summary>Days that were in the cache.</summary>
    public int Hits { get; }

    public List<SlicedRun> Missing { get; } = [];

    /// <summary>Takes what the engine found for a run, and keeps its days.</summary>
    public void Add(SlicedRun run, GroupTable table)
    {
        merger.AddOtherMoney(table.OtherMoneyE4);
        var slices = new List<GroupRow>[run.Last - run.First + 1];
        for (var i = 0; i < slices.Length; i++)
        {
            slices[i] = [];
        }
        foreach (var row in table.Rows)
        {
            var day = cut.IndexOf(run.Part.Buckets!.Starts[row.Bucket]);
            // Buckets are kept relative to their slice, so that a slice serves every range that contains its day.
            var inSlice = plan.Buckets is null ? -1 : row.Bucket - run.Part.Buckets.IndexOf(cut.Starts[day]);
            slices[day - run.First].Add(new(inSlice, plan.Buckets is null ? row.Values[..^1] : row.Values, row.State));
        }
        for (var day = run.First; day <= run.Last; day++)
        {
            var slice = slices[day - run.First];
            merger.Add(slice, cut.Starts[day]);
            if (table.OtherMoneyE4.Count == 0)
            {
                cache.Keep(keys[day], generations[day], slice, slice.Sum(RowBytes) + 100);
            }
        }
    }

    public GroupTable Table() => merger.Table();

    private GroupPlan Part(SlicedRun run, ZoneCalendar calendar)
    {
        var (from, to) = (cut.Starts[run.First], End(run.Last));
        return plan with
        {
            FromMs = from,
            ToMs = to,
            Buckets = TimeBuckets.Cut(plan.Buckets?.Unit ?? DimensionKind.TimeDay, from, to, calendar),
            Dimensions = plan.Buckets is null ? [.. plan.Dimensions, new(DimensionKind.TimeDay)] : plan.Dimensions,
            WantsTotal = false,
        };
    }

    private long End(int day) => day + 1 < cut.Count ? cut.Starts[day + 1] : plan.ToMs;

    private static long RowBytes(GroupRow row)
    {
        var bytes = 250 + (row.State.Props.Length * 100L);
        foreach (var value in row.Values)
        {
            bytes += value.Length * 2L;
        }
        return bytes;
    }

    private string[] Keys(GroupPlan plan, TimeBuckets cut)
    {
        var name = PlanKey.Of(plan);
        var names = new string[cut.Count];
        for (var day = 0; day < names.Length; day++)
        {
            names[day] = string.Create(CultureInfo.InvariantCulture, $"{name}|{cut.Starts[day]}|{End(day)}");
        }
        return names;
    }
}

/// <param name="First">Index of the first day.</param>
/// <param name="Last">And of the last, inside.</param>
/// <param name="Part">What the engine is asked for them.</param>
internal sealed record SlicedRun(int First, int Last, GroupPlan Part);
