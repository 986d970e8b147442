using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Where visits lie: a visit wholly inside one bucket of the range is counted from its own row, whatever its events are; only those that cross a border
/// (of the range, of a bucket, of retention) have their events looked at. Holds for plans that ask nothing of single events.
/// </summary>
internal sealed class VisitSpans(GroupPlan plan)
{
    /// <summary>For a visit that crosses a border.</summary>
    public const int Crossing = -1;

    /// <summary>For a visit without a countable event, and numbers that are no visit's.</summary>
    public const int Nothing = -2;

    /// <summary>Hours are worth it while they are few: most visits lie within one, but reading around every full hour is reading everything.</summary>
    private const int MostHours = 64;

    /// <summary>Pieces of time that are read one by one; more are joined.</summary>
    private const int MostPieces = 128;

    private readonly List<(long FromMs, long ToMs)> crossings = [];
    private long wholeFrom = plan.FromMs;

    /// <summary>Index of the bucket each visit lies in (0 without buckets), or <see cref="Crossing"/>, or <see cref="Nothing"/>.</summary>
    public int[] Buckets { get; private set; } = [];

    /// <summary>Which visits cross a border.</summary>
    public bool[] Crosses { get; private set; } = [];

    /// <summary>Whether the visits of another plan of the same range lie alike.</summary>
    public bool Serves(GroupPlan other) => ReferenceEquals(plan.Buckets, other.Buckets)
        || (plan.Buckets is { } own && other.Buckets is { } theirs && own.Unit == theirs.Unit && own.Starts.SequenceEqual(theirs.Starts));

    public BucketCursor? Cursor() => plan.Buckets is { } buckets ? new(buckets, plan.ToMs) : null;

    public static bool Fit(GroupPlan plan) =>
        plan.Props.Count == 0
        && (plan.Needs & ~(GroupNeeds.Visitors | GroupNeeds.People | GroupNeeds.Visits)) == 0
        && plan.Dimensions.All(dimension => dimension.IsVisit || dimension.IsTime)
        && (plan.Filter is not { } filter || FilterCompiler.OnlyVisits(filter))
        && (plan.Buckets is not { } buckets || buckets.Unit >= DimensionKind.TimeDay || (buckets.Unit == DimensionKind.TimeHour && buckets.Count <= MostHours));

    /// <summary>Reads up to where events were removed for their age: the row of a visit that began earlier counts events that are gone.</summary>
    public void ReadBorder(DuckDbConnection connection, CancellationToken cancellation) => wholeFrom = Math.Max(plan.FromMs,
        connection.ScalarLong($"SELECT max(before_ms) FROM main.retention_borders WHERE project = {plan.Project.Id}", cancellation) ?? long.MinValue);

    public void Allocate(int visits, MemoryBudget budget)
    {
        Buckets = budget.Raw<int>(visits);
        Array.Fill(Buckets, Nothing);
        Crosses = budget.Array<bool>(visits);
    }

    /// <param name="visits">Numbers of some visits.</param>
    /// <param name="starts">When each began.</param>
    /// <param name="ends">Its last event.</param>
    /// <param name="events">How many countable events it has.</param>
    /// <param name="cursor">The reading thread's own, when there are buckets.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(ReadOnlySpan<int> visits, ReadOnlySpan<long> starts, ReadOnlySpan<long> ends, ReadOnlySpan<int> events, BucketCursor? cursor)
    {
        for (var i = 0; i < visits.Length; i++)
        {
            if (events[i] == 0)
            {
                continue;
            }
            var visit = visits[i];
            var bucket = Bucket(starts[i], ends[i], cursor);
            Buckets[visit] = bucket;
            if (bucket < 0)
            {
                Crosses[visit] = true;
                lock (crossings)
                {
                    crossings.Add((Math.Max(starts[i], plan.FromMs), Math.Min(ends[i] + 1, plan.ToMs)));
                }
            }
        }
    }

    /// <summary>Times at which visits that cross a border have events: from, and the end exclusive; in order, apart from each other.</summary>
    public List<(long FromMs, long ToMs)> Pieces()
    {
        crossings.Sort();
        List<(long FromMs, long ToMs)> pieces = crossings;
        for (long gap = 1; (pieces = Joined(pieces, gap)).Count > MostPieces;)
        {
            gap = Math.Max(60_000, gap * 2);
        }
        return pieces;
    }

    private int Bucket(long startMs, long endMs, BucketCursor? cursor)
    {
        if (startMs < wholeFrom || endMs >= plan.ToMs)
        {
            return Crossing;
        }
        if (cursor is null)
        {
            return 0;
        }
        var bucket = cursor.Of(startMs);
        return endMs < cursor.EndMs ? bucket : Crossing;
    }

    private static List<(long FromMs, long ToMs)> Joined(List<(long FromMs, long ToMs)> pieces, long gapMs)
    {
        List<(long FromMs, long ToMs)> joined = [];
        foreach (var piece in pieces)
        {
            if (joined.Count > 0 && piece.FromMs <= joined[^1].ToMs + gapMs)
            {
                ref var last = ref CollectionsMarshal.AsSpan(joined)[^1];
                last.ToMs = Math.Max(last.ToMs, piece.ToMs);
            }
            else
            {
                joined.Add(piece);
            }
        }
        return joined;
    }
}
