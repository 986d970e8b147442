using Sightline.Core.Model;

namespace Sightline.ServerTests.Crash;

/// <summary>The audit itself: it says nothing of a sound store, and names each kind of harm.</summary>
public sealed class StoreAuditTests
{
    private const long Noon = 1_431_864_000_000;

    [Fact]
    public void Nothing_is_wrong_with_what_was_sent_and_stored_whole()
    {
        Assert.Empty(Audit((_, _) => { }));
    }

    [Theory]
    [InlineData("lost", "acknowledged /a from event 1 on, 1 of 2")]
    [InlineData("twice", "event 1 is stored twice")]
    [InlineData("torn", "unanswered /b from event 3 on, 1 of 2")]
    [InlineData("foreign", "event 99 is stored, and nobody sent it")]
    [InlineData("refused", "refused /c from event 5 on")]
    [InlineData("late", "event 1 happened at")]
    [InlineData("visit torn", "a visit of ada")]
    [InlineData("visit miscounted", "a visit of ada is stored as")]
    [InlineData("visit left over", "visits without events: should be 0, is 1")]
    [InlineData("uncounted drop", "unreadable members of stored requests: should be 1, is 0")]
    [InlineData("miscounted", "received = stored + dropped: should be 5, is 6")]
    public void Each_kind_of_harm_is_named(string harm, string said)
    {
        var faults = Audit((stored, received) =>
        {
            var first = stored.Events[0];
            switch (harm)
            {
                case "lost":
                    stored.Events.RemoveAt(1);
                    break;
                case "twice":
                    stored.Events.Add(first);
                    break;
                case "torn":
                    stored.Events.RemoveAt(3);
                    break;
                case "foreign":
                    stored.Events.Add(first with { Number = 99 });
                    break;
                case "refused":
                    stored.Events.Add(first with { Number = 5 });
                    break;
                case "late":
                    stored.Events[0] = first with { TimeMs = first.TimeMs + 1 };
                    break;
                case "visit torn":
                    stored.Events[0] = first with { Session = 2 };
                    break;
                case "visit miscounted":
                    stored.Visits[0] = stored.Visits[0] with { PageViews = 1 };
                    break;
                case "visit left over":
                    stored.Visits.Add(new StoredVisit(7, Noon, Noon, 1, 0, 0));
                    break;
                case "uncounted drop":
                    stored.Drops.Clear();
                    break;
                default:
                    received(6);
                    break;
            }
        });
        Assert.Contains(faults, fault => fault.Contains(said, StringComparison.Ordinal));
    }

    /// <summary>Request /a (two events of ada's, one unreadable) was acknowledged, /b (two of bob's) not answered but stored, /c refused.</summary>
    private static IReadOnlyList<string> Audit(Action<StoredEvents, Action<long>> harm)
    {
        var ledger = new Ledger();
        ledger.Add(Request("/a", Fate.Acknowledged, bad: 1, new(1, "ada", Noon), new(2, "ada", Noon + 1000)));
        ledger.Add(Request("/b", Fate.Unknown, bad: 0, new(3, "bob", Noon), new(4, "bob", Noon + 2_000_000)));
        ledger.Add(Request("/c", Fate.Refused, bad: 0, new SentEvent(5, "ada", Noon)));
        ledger.Add(Request("/d", Fate.Unknown, bad: 3, new SentEvent(6, "bob", Noon)));
        var stored = new StoredEvents { Unsound = [], Received = 5, CountedAsStored = 4 };
        stored.Events.AddRange(
        [
            new(1, Noon, 1, EventKind.PageView, 0), new(2, Noon + 1000, 1, EventKind.PageView, 0),
            new(3, Noon, 2, EventKind.PageView, 0), new(4, Noon + 2_000_000, 3, EventKind.Interaction, 0),
        ]);
        stored.Visits.AddRange(
            [new(1, Noon, Noon + 1000, 2, 0, 0), new(2, Noon, Noon, 1, 0, 0), new(3, Noon + 2_000_000, Noon + 2_000_000, 0, 1, 0)]);
        stored.Drops.Add(DropReason.BadUrl, 1);
        harm(stored, received => stored.Received = received);
        return new StoreAudit(stored, ledger).Run();
    }

    private static SentRequest Request(string path, Fate fate, int bad, params SentEvent[] events) => new()
    {
        Path = path,
        Body = null,
        Events = events,
        Bad = bad,
        Repeated = false,
        Answer = "",
        Fate = fate,
    };
}
