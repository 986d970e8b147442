using Sightline.Store.DuckDb;

namespace Sightline.Store;

/// <summary>
/// One consistent view of the store: every statement on <see cref="Connection"/> sees the same moment, whatever is written meanwhile.
/// For one thread; dispose it soon, for it holds deleted rows on disk.
/// </summary>
public sealed class StoreSnapshot : IDisposable
{
    private readonly Action _giveBack;
    private DuckDbConnection? _connection;

    internal StoreSnapshot(DuckDbConnection connection, IReadOnlyList<string> eventTables, Action giveBack)
    {
        _connection = connection;
        EventTables = eventTables;
        _giveBack = giveBack;
    }

    internal DuckDbConnection Connection => _connection ?? throw new ObjectDisposedException(nameof(StoreSnapshot));

    /// <summary>
    /// What to write after FROM: tables (<c>main.events</c>, <c>e202609_g1.events</c>) or sub-queries in brackets, each with the columns of
    /// <c>events</c>, that together hold each event of the range once. The first is <c>main.events</c>, which only this connection reads as of the snapshot's
    /// moment. The others never change: any connection of the store may read them while this snapshot is open.
    /// </summary>
    public IReadOnlyList<string> EventTables { get; }

    /// <summary>All of them as one, to write after FROM.</summary>
    internal string Events => $"({string.Join(" UNION ALL ", EventTables.Select(table => $"SELECT * FROM {table}"))})";

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _connection, null) is not null)
        {
            _giveBack();
        }
    }
}
