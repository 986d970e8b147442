using System.Globalization;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.ServerTests.Crash;

/// <param name="Number">The event's number in the run.</param>
/// <param name="TimeMs">Unix milliseconds UTC.</param>
/// <param name="Session">Id of its visit, moves followed.</param>
/// <param name="Kind">How it counts.</param>
/// <param name="EngagedMs">Of an engagement report.</param>
internal readonly record struct StoredEvent(long Number, long TimeMs, long Session, EventKind Kind, long EngagedMs);

internal readonly record struct StoredVisit(long Id, long StartMs, long EndMs, long PageViews, long Interactions, long EngagedMs);

/// <summary>All of a store that a run is about, read with nothing but SQL.</summary>
internal sealed class StoredEvents
{
    public List<StoredEvent> Events { get; } = [];

    public List<StoredVisit> Visits { get; } = [];

    public Dictionary<DropReason, long> Drops { get; } = [];

    public long Received { get; set; }

    public long CountedAsStored { get; set; }

    /// <summary>What the store's own checks found wrong.</summary>
    public required IReadOnlyList<string> Unsound { get; init; }

    /// <summary>Opens the store of a directory that no server serves.</summary>
    public static StoredEvents Read(string data, uint project)
    {
        using var store = EventStore.Open(data, new EventStoreOptions(), TimeProvider.System);
        return Read(store, project);
    }

    public static StoredEvents Read(EventStore store, uint project)
    {
        using var snapshot = store.OpenSnapshot(project, 0, long.MaxValue);
        var found = new StoredEvents { Unsound = store.CheckIntegrity() };
        found.ReadEvents(snapshot, project);
        using (var reader = snapshot.Connection.Query(string.Create(CultureInfo.InvariantCulture,
            $"SELECT id::BIGINT, start_ms, end_ms, page_views::BIGINT, interactions::BIGINT, engaged_ms::BIGINT FROM sessions WHERE project = {project}")))
        {
            while (reader.Read())
            {
                for (var row = 0; row < reader.Rows; row++)
                {
                    found.Visits.Add(new StoredVisit(reader.Column(0).Long(row), reader.Column(1).Long(row), reader.Column(2).Long(row),
                        reader.Column(3).Long(row), reader.Column(4).Long(row), reader.Column(5).Long(row)));
                }
            }
        }

        using (var reader = snapshot.Connection.Query(string.Create(CultureInfo.InvariantCulture,
            $"SELECT reason::BIGINT, sum(count)::BIGINT FROM drops WHERE project = {project} GROUP BY reason")))
        {
            while (reader.Read())
            {
                for (var row = 0; row < reader.Rows; row++)
                {
                    found.Drops.Add((DropReason)reader.Column(0).Long(row), reader.Column(1).Long(row));
                }
            }
        }

        found.Received = snapshot.Connection.ScalarLong($"SELECT sum(received)::BIGINT FROM received WHERE project = {project}") ?? 0;
        found.CountedAsStored = snapshot.Connection.ScalarLong($"SELECT sum(stored)::BIGINT FROM received WHERE project = {project}") ?? 0;
        return found;
    }

    private void ReadEvents(StoreSnapshot snapshot, uint project)
    {
        using var reader = snapshot.Connection.Query(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT e.time_ms, coalesce(m.new_id, e.session)::BIGINT, e.kind::BIGINT, e.engaged_ms::BIGINT, coalesce(e.props, '')
            FROM {snapshot.Events} e LEFT JOIN session_moves m ON m.project = e.project AND m.old_id = e.session WHERE e.project = {project}
            """));
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                Events.Add(new StoredEvent(NumberIn(reader.Column(4).Text(row)), reader.Column(0).Long(row), reader.Column(1).Long(row),
                    (EventKind)reader.Column(2).Long(row), reader.Column(3).Long(row)));
            }
        }
    }

    /// <summary>0: it carries none, so nobody sent it.</summary>
    private static long NumberIn(string props)
    {
        if (props.Length == 0)
        {
            return 0;
        }

        using var json = JsonDocument.Parse(props);
        return json.RootElement.TryGetProperty("n", out var number) ? number.GetInt64()
            : json.RootElement.TryGetProperty("dimension1", out var text) ? long.Parse(text.ToString(), CultureInfo.InvariantCulture)
            : 0;
    }
}
