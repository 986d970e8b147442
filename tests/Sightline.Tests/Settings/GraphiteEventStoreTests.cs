using Dapper;
using Sightline.Core.Model;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Tests.Settings;

public sealed class GraphiteEventStoreTests
{
    [Fact]
    public void What_is_read_again_is_kept_once_and_the_same_at_another_place_is_another()
    {
        using var data = new TempData();
        var (events, _) = Open(data);
        Assert.Empty(events.AddAll([Change(100, "a"), Change(101, "a")]));
        Assert.Empty(events.AddAll([Change(100, "a"), Change(101, "a"), Change(102, "b")]));
        // A log that was lost begins anew: the place is one of before, the event is not.
        Assert.Empty(events.AddAll([Change(100, "c")]));
        events.Add(1, 7, "a", "", []);
        Assert.Equal(["a", "a", "a", "b", "c"], events.Find(1, 0, 100, null, false).Select(static one => one.What).Order(StringComparer.Ordinal));
        Assert.Equal(["x", "y"], events.Find(1, 7, 7, ["x"], false)[0].Tags);
    }

    [Fact]
    public void What_a_project_cannot_take_is_told_and_what_it_has_is_not_refused_when_it_is_read_again()
    {
        using var data = new TempData();
        var (events, settings) = Open(data);
        settings.Write(static connection => connection.Execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) INSERT INTO graphite_events(project, time, what, data, tags) SELECT 1, i, 'old', '', '' FROM n"));
        Assert.Equal([102, 103, 104], events.AddAll([Change(101, "last"), Change(102, "no room"), Change(103, ""), Change(104, new string('x', 256))]).Select(static refused => (int)refused.Origin));
        Assert.Empty(events.AddAll([Change(101, "last")]));
    }

    private static (GraphiteEventStore Events, SettingsDb Settings) Open(TempData data)
    {
        var settings = SettingsDb.Open(data.Path, TimeProvider.System);
        new ProjectStore(settings, TimeProvider.System).Add("Metrics");
        return (new GraphiteEventStore(settings), settings);
    }

    private static StoredChange Change(long origin, string what) => new(1, origin, ReceivedBy.StatsD, 1, new Change(7, what, "", ["x", "y"]));
}
