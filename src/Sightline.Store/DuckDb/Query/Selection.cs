namespace Sightline.Store.DuckDb.Query;

/// <summary>The columns a pass reads, each once.</summary>
internal sealed class Selection
{
    private readonly List<string> columns = [];

    /// <summary>Position of an expression in the result.</summary>
    public int Need(string expression)
    {
        var index = columns.IndexOf(expression);
        if (index < 0)
        {
            index = columns.Count;
            columns.Add(expression);
        }
        return index;
    }

    public string Sql => string.Join(", ", columns);
}
