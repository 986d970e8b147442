using System.Globalization;
using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Tests.Store;

/// <summary>A store in a real directory with its writer, and short ways to fill and ask it.</summary>
internal sealed class StoreFixture : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly EventStoreOptions _options;
    private readonly TimeProvider _clock;
    private long _position;

    public StoreFixture(EventStoreOptions? options = null, TimeProvider? clock = null)
    {
        (_options, _clock) = (options ?? new EventStoreOptions { Threads = 2 }, clock ?? TimeProvider.System);
        Open();
    }

    public EventStore Store { get; private set; } = null!;

    public StoreWriter Writer { get; private set; } = null!;

    public string Directory => _directory.Path;

    public static Event PageView(ulong visitor, long timeMs, string path = "/", uint project = 1) => new()
    {
        Project = project,
        ReceivedBy = ReceivedBy.EventApi,
        TimeMs = timeMs,
        Kind = EventKind.PageView,
        Name = "pageview",
        Host = "example.com",
        Path = path,
        Visitor = visitor,
        Visit = new VisitContext { Source = "Google", Country = "DE" },
    };

    public StoreBatch Batch(params IEnumerable<Event> events)
    {
        var batch = new StoreBatch { UpTo = new LogPosition(++_position) };
        batch.Events.AddRange(events);
        foreach (var group in batch.Events.GroupBy(e => (e.Project, e.ReceivedBy)))
        {
            batch.Received.Add(new ReceivedCount(group.Key.Project, 1_700_000_000_000, group.Key.ReceivedBy, (uint)group.Count()));
        }

        return batch;
    }

    public int Write(params IEnumerable<Event> events) => Writer.Write(Batch(events));

    /// <summary>Settles whatever is due.</summary>
    /// <returns>Months settled.</returns>
    public List<string> Settle()
    {
        var months = new List<string>();
        while (Store.Maintenance.Settle(static () => true) is { } month)
        {
            months.Add(month.Month);
        }

        return months;
    }

    /// <param name="sql"><c>{events}</c> stands for all events, settled or not.</param>
    public long Number(string sql)
    {
        using var snapshot = Store.OpenSnapshot(0, long.MinValue, long.MaxValue);
        return snapshot.Connection.ScalarLong(sql.Replace("{events}", snapshot.Events, StringComparison.Ordinal)) ?? throw new InvalidOperationException("NULL");
    }

    /// <summary>All rows, columns joined by <c>|</c>; <c>{events}</c> stands for all events.</summary>
    public List<string> Rows(string sql) => Rows(Store, sql);

    /// <summary>The same of another store.</summary>
    public static List<string> Rows(EventStore store, string sql)
    {
        using var snapshot = store.OpenSnapshot(0, long.MinValue, long.MaxValue);
        using var reader = snapshot.Connection.Query($"SELECT COLUMNS(*)::VARCHAR FROM ({sql.Replace("{events}", snapshot.Events, StringComparison.Ordinal)})");
        var rows = new List<string>();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                var at = row;
                rows.Add(string.Join('|', Enumerable.Range(0, reader.ColumnCount).Select(column => reader.Column(column).IsNull(at) ? "" : reader.Column(column).Text(at))));
            }
        }

        return rows;
    }

    public void Reopen()
    {
        Close();
        Open();
    }

    public void Dispose()
    {
        Close();
        _directory.Dispose();
    }

    private void Open()
    {
        Store = EventStore.Open(_directory.Path, _options, _clock);
        Writer = Store.CreateWriter();
        _position = long.Parse(Writer.Position.ToString(), CultureInfo.InvariantCulture);
    }

    private void Close()
    {
        Writer.Dispose();
        Store.Dispose();
    }
}
