using Sightline.Store.DuckDb;

namespace Sightline.Store;

/// <summary>
/// One consistent view of the store: every statement on <see cref="Connection"/> sees the same moment, whatever is written meanwhile.
/// For one thread; dispose it soon, for it holds deleted rows on disk.
/// </summary>
public sealed class StoreSnapshot : IDisposable
{
    private readonly Action<DuckDbConnection> _giveBack;
    private DuckDbConnection? _connection;

    internal StoreSnapshot(DuckDbConnection connection, IReadOnlyList<string> eventTables, Action<DuckDbConnection> giveBack)
    {
        _connection = connection;
        EventTables = eventTables;
        _giveBack = giveBack;
    }

    internal DuckDbConnection Connection => _connection ?? throw new ObjectDisposedException(nameof(StoreSnapshot));

    /// <summary>
    /// Qualified tables (<c>main.events</c>) with the columns of <c>events</c> that together hold each event of the range once.
    /// </summary>
    public IReadOnlyList<string> EventTables { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            _giveBack(connection);
        }
    }
}
