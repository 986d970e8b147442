namespace Sightline.Store.DuckDb.Months;

/// <summary>Files of months written anew that come to count together, in one transaction; or not at all. The store's maintenance lock is held meanwhile.</summary>
internal sealed class MonthRewrites(EventStore store) : IDisposable
{
    private readonly List<MonthRewrite> _months = [];

    public IEnumerable<MonthFile> Files => _months.Select(month => month.File);

    /// <summary>Writes a month's next file.</summary>
    /// <param name="month">The month.</param>
    /// <param name="takesMain">Its rows in <c>events</c> move into it.</param>
    /// <param name="keep">A condition on events that stay; <see langword="null"/>: all.</param>
    /// <param name="goOn">Asked between pieces of about a second's work.</param>
    /// <returns>Whether it was allowed to finish.</returns>
    public bool Add(Month month, bool takesMain, string? keep, Func<bool> goOn)
    {
        var rewrite = new MonthRewrite(store, month, takesMain);
        _months.Add(rewrite);
        return rewrite.Write(keep, goOn);
    }

    /// <summary>Lets the files count. The write lock is held.</summary>
    /// <param name="change">What else belongs to the transaction.</param>
    public void Commit(Action change)
    {
        var connection = store.WriterConnection;
        try
        {
            var now = store.Clock.GetUtcNow().ToUnixTimeMilliseconds();
            connection.InTransaction(() =>
            {
                change();
                _months.ForEach(month => month.Apply(connection, now));
            });
        }
        finally
        {
            // A commit that failed may have happened all the same: what counts is what the store says.
            store.Months.Count(SettledMonths.Read(connection).ConvertAll(month => month.File));
        }

        store.RewriteStep?.Invoke("committed");
    }

    public void Dispose()
    {
        lock (store.WriteLock)
        {
            _months.ForEach(month => month.Dispose());
            // Files that came to nothing do not count, and go.
            store.Months.Count(store.Months.Current);
        }

        store.Months.LetGo();
    }
}
