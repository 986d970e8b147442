namespace Sightline.Store.DuckDb;

/// <summary>
/// A temporary table that holds what one statement of a batch needs to know. Made anew each time: a truncated one keeps its dead rows
/// for ever, and by their number the engine would take it for the larger side of a join.
/// </summary>
/// <param name="connection">Whose table it is.</param>
/// <param name="name">In <c>temp</c>.</param>
/// <param name="columns">As <c>CREATE TABLE</c> takes them.</param>
/// <param name="types">The columns' types.</param>
internal sealed class BatchTable(DuckDbConnection connection, string name, string columns, params ReadOnlySpan<DuckDbType> types) : IDisposable
{
    private readonly string _create = $"CREATE OR REPLACE TEMP TABLE {name}({columns})";

    /// <summary>The chunk that the appender's rows are written to.</summary>
    public DuckDbRows Rows { get; } = new(types);

    /// <summary>Makes the table, empty, and an appender to fill it.</summary>
    public TableAppender Begin()
    {
        connection.Execute(_create);
        return new TableAppender(connection, Rows, name, "temp");
    }

    public void Dispose() => Rows.Dispose();
}
