namespace Sightline.Store.DuckDb;

/// <summary>Appends rows to one table, chunk by chunk. Dispose before the transaction ends.</summary>
/// <param name="connection">Whose transaction it is.</param>
/// <param name="rows">A chunk of the table's column types.</param>
/// <param name="table">The table.</param>
/// <param name="catalog">See <see cref="DuckDbAppender"/>.</param>
internal sealed class TableAppender(DuckDbConnection connection, DuckDbRows rows, string table, string? catalog = null) : IDisposable
{
    private readonly DuckDbAppender _appender = new(connection, table, catalog);
    private int _used = -1;

    /// <summary>Begins a row and gives its place in the chunk; every column must be set.</summary>
    public int Next()
    {
        if (_used < 0)
        {
            rows.Clear();
            _used = 0;
        }
        else if (_used == DuckDbRows.Capacity)
        {
            _appender.Append(rows, _used);
            rows.Clear();
            _used = 0;
        }

        return _used++;
    }

    /// <summary>Everything is in the table after this.</summary>
    public void Finish()
    {
        if (_used > 0)
        {
            _appender.Append(rows, _used);
        }

        _used = -1;
        _appender.Flush();
    }

    public void Dispose() => _appender.Dispose();
}
