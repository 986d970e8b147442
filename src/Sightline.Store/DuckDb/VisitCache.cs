using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>A visitor's stored visits in a span of time, as far as a batch needs them.</summary>
/// <param name="visits">All of the span, and with <paramref name="hasFirst"/> every one before which none is known.</param>
/// <param name="fromMs">Start of the span.</param>
/// <param name="toMs">End of the span.</param>
/// <param name="hasFirst">See <paramref name="visits"/>.</param>
internal sealed class KnownVisits(List<Session> visits, long fromMs, long toMs, bool hasFirst)
{
    /// <summary>A visitor that is not persistent exists for a day, which has 25 hours at most, in one time zone.</summary>
    private const long DayMs = 26 * 3_600_000;

    public List<Session> Visits => visits;

    public bool Covers(VisitorGroup group)
    {
        var margin = group.Persistent ? SessionBuilder.GapMs : DayMs;
        return fromMs <= group.FromMs - margin && toMs >= group.ToMs + margin && (hasFirst || !group.WantsFirst);
    }
}

/// <summary>
/// Finds the visits a batch may touch: of visitors seen lately it remembers them, within a bound, and of visitors never seen it knows so;
/// the others are looked up together. What a transaction did is remembered only after <see cref="Commit"/>; when the outcome
/// is not known, or something else changed the table, <see cref="Forget"/> everything.
/// </summary>
internal sealed class VisitCache(DuckDbConnection connection, SessionTable table)
{
    private const long SpanMs = 2 * 86_400_000;
    private const int RememberedVisits = 150_000;
    private const int MostVisitsOfOne = 16;

    private readonly RecentMap<(uint Project, ulong Visitor), KnownVisits> _known = new(RememberedVisits);
    private readonly KeyFilter _seen = new();
    private bool _filled;

    /// <summary>How many visitors were looked up in the table since start.</summary>
    public long Lookups { get; private set; }

    /// <summary>Sets <see cref="VisitorGroup.Known"/> of every group.</summary>
    public void Find(IReadOnlyList<VisitorGroup> groups)
    {
        Fill(groups.Count);
        List<VisitorGroup> others = [];
        foreach (var group in groups)
        {
            if (_known.TryGet((group.Project, group.Visitor), out var known) && known.Covers(group))
            {
                group.Known = known;
            }
            else if (!_seen.MayContain(Key(group.Project, group.Visitor)))
            {
                group.Known = new KnownVisits([], long.MinValue, long.MaxValue, hasFirst: true);
                // Before the commit, whose failure may leave the visits stored all the same.
                _seen.Add(Key(group.Project, group.Visitor));
            }
            else
            {
                others.Add(group);
            }
        }

        if (others.Count > 0)
        {
            Load(others);
        }
    }

    /// <summary>The batch is committed: visits are as stored now.</summary>
    public void Commit(IReadOnlyList<VisitorGroup> groups)
    {
        foreach (var group in groups)
        {
            var known = group.Known!;
            foreach (var visit in known.Visits)
            {
                visit.MarkStored();
            }

            if (known.Visits.Count <= MostVisitsOfOne)
            {
                _known.Set((group.Project, group.Visitor), known, known.Visits.Count);
            }
            else
            {
                _known.Remove((group.Project, group.Visitor));
            }
        }
    }

    /// <summary>Visitors seen stay so: one that was erased since is only looked up in vain.</summary>
    public void Forget() => _known.Clear();

    private void Load(List<VisitorGroup> groups)
    {
        Lookups += groups.Count;
        var (from, to) = (groups.Min(g => g.FromMs) - SpanMs, groups.Max(g => g.ToMs) + SpanMs);
        var found = table.Load(groups, from, to);
        foreach (var group in groups)
        {
            group.Known = new KnownVisits(found.GetValueOrDefault((group.Project, group.Visitor)) ?? [], from, to, group.WantsFirst);
        }
    }

    private void Fill(int coming)
    {
        if (_filled && !_seen.IsFull)
        {
            return;
        }

        _seen.Reset((connection.ScalarLong("SELECT count(*) FROM sessions") ?? 0) + coming);
        using var reader = connection.Query("SELECT project, visitor FROM sessions");
        while (reader.Read())
        {
            var projects = reader.Column(0).Values<uint>();
            var visitors = reader.Column(1).Values<ulong>();
            for (var row = 0; row < projects.Length; row++)
            {
                _seen.Add(Key(projects[row], visitors[row]));
            }
        }

        _filled = true;
    }

    private static ulong Key(uint project, ulong visitor) => visitor + (project * 0x9E3779B97F4A7C15);
}
