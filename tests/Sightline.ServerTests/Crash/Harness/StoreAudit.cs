using System.Globalization;
using Sightline.Core.Model;

namespace Sightline.ServerTests.Crash;

/// <summary>Holds what is stored against what was sent, and the visits against visits made anew from the stored events.</summary>
internal sealed class StoreAudit(StoredEvents stored, Ledger ledger)
{
    private const long GapMs = 30 * 60 * 1000;
    private const int FaultsShown = 5;

    private readonly List<string> _faults = [];
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>What is wrong; empty: nothing.</summary>
    public IReadOnlyList<string> Run()
    {
        foreach (var fault in stored.Unsound)
        {
            Fault("unsound", fault);
        }

        if (ledger.Strange is { } strange)
        {
            Fault("answers", $"{ledger.StrangeCount} strange answers, the first: {strange}");
        }

        var byNumber = ByNumber();
        var sent = new Dictionary<long, SentEvent>();
        var bad = 0L;
        foreach (var request in ledger.Requests)
        {
            bad += Audit(request, byNumber);
            foreach (var e in request.Events)
            {
                sent.Add(e.Number, e);
            }
        }

        foreach (var number in byNumber.Keys.Where(number => !sent.ContainsKey(number)))
        {
            Fault("foreign", $"event {number} is stored, and nobody sent it");
        }

        Equal("events counted as stored", stored.Events.Count, stored.CountedAsStored);
        Equal("received = stored + dropped", stored.Events.Count + stored.Drops.Values.Sum(), stored.Received);
        Equal("unreadable members of stored requests", bad, stored.Drops.GetValueOrDefault(DropReason.BadUrl));
        Equal("drops of other reasons", 0, stored.Drops.Where(drop => drop.Key is not (DropReason.BadUrl or DropReason.Duplicate)).Sum(drop => drop.Value));
        AuditVisits(byNumber, sent);
        return [.. _faults, .. _counts.Where(count => count.Value > FaultsShown).Select(count => $"{count.Key}: {count.Value} in all")];
    }

    private Dictionary<long, StoredEvent> ByNumber()
    {
        var found = new Dictionary<long, StoredEvent>(stored.Events.Count);
        foreach (var e in stored.Events.Where(e => !found.TryAdd(e.Number, e)))
        {
            Fault("twice", $"event {e.Number} is stored twice");
        }

        return found;
    }

    /// <returns>Unreadable members in it that must have been counted.</returns>
    private long Audit(SentRequest request, Dictionary<long, StoredEvent> byNumber)
    {
        var have = 0;
        foreach (var e in request.Events)
        {
            if (byNumber.TryGetValue(e.Number, out var found))
            {
                have++;
                if (e.TimeMs is { } time && time != found.TimeMs)
                {
                    Fault("time", $"event {e.Number} happened at {time} and is stored at {found.TimeMs}");
                }
            }
        }

        if (request.Fate == Fate.Acknowledged && have < request.Events.Count)
        {
            Fault("lost", $"of an acknowledged {request.Path} from event {request.Events[0].Number} on, {have} of {request.Events.Count} events are stored");
        }
        else if (request.Fate is Fate.Refused or Fate.NotSent && have > 0)
        {
            Fault("refused", $"of a refused {request.Path} from event {request.Events[0].Number} on, {have} of {request.Events.Count} events are stored");
        }
        else if (have != 0 && have != request.Events.Count)
        {
            Fault("torn", $"of an unanswered {request.Path} from event {request.Events[0].Number} on, {have} of {request.Events.Count} events are stored");
        }

        return have > 0 ? request.Bad : 0;
    }

    private void AuditVisits(Dictionary<long, StoredEvent> byNumber, Dictionary<long, SentEvent> sent)
    {
        var visits = stored.Visits.ToDictionary(visit => visit.Id);
        var made = 0;
        foreach (var visitor in byNumber.Values.Where(e => sent.ContainsKey(e.Number)).GroupBy(e => sent[e.Number].Visitor))
        {
            var visit = new List<StoredEvent>();
            foreach (var e in visitor.OrderBy(e => e.TimeMs))
            {
                if (visit.Count > 0 && e.TimeMs - visit[^1].TimeMs >= GapMs)
                {
                    AuditVisit(visitor.Key, visit, visits);
                    visit.Clear();
                    made++;
                }

                visit.Add(e);
            }

            AuditVisit(visitor.Key, visit, visits);
            made++;
        }

        Equal("visits", made, stored.Visits.Count);
        Equal("visits without events", 0, visits.Count);
    }

    /// <summary>Takes the visit out of those not found yet.</summary>
    private void AuditVisit(string visitor, List<StoredEvent> events, Dictionary<long, StoredVisit> visits)
    {
        var ids = events.Select(e => e.Session).Distinct().ToList();
        if (ids.Count != 1 || !visits.Remove(ids[0], out var found))
        {
            Fault("visits", $"a visit of {visitor} from {events[0].TimeMs} on is stored as {string.Join(", ", ids)}");
            return;
        }

        var should = new StoredVisit(ids[0], events[0].TimeMs, events[^1].TimeMs, events.Count(e => e.Kind == EventKind.PageView),
            events.Count(e => e.Kind == EventKind.Interaction), events.Sum(e => e.EngagedMs));
        if (found != should)
        {
            Fault("visits", $"a visit of {visitor} is stored as {found} and should be {should}");
        }
    }

    private void Equal(string what, long should, long found)
    {
        if (should != found)
        {
            Fault(what, string.Create(CultureInfo.InvariantCulture, $"{what}: should be {should}, is {found}"));
        }
    }

    private void Fault(string kind, string text)
    {
        var count = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        if (count <= FaultsShown)
        {
            _faults.Add(text);
        }
    }
}
