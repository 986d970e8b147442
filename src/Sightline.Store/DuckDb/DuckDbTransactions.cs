namespace Sightline.Store.DuckDb;

internal static class DuckDbTransactions
{
    /// <summary>Commits what the action did, or nothing of it.</summary>
    public static void InTransaction(this DuckDbConnection connection, Action action)
    {
        connection.Execute("BEGIN TRANSACTION");
        try
        {
            action();
            connection.Execute("COMMIT");
        }
        catch
        {
            connection.RollbackIfOpen();
            throw;
        }
    }

    /// <summary>Rolls back; a transaction that the engine has ended itself (a failed commit) is no error.</summary>
    public static void RollbackIfOpen(this DuckDbConnection connection)
    {
        try
        {
            connection.Execute("ROLLBACK");
        }
        catch (DuckDbException failure) when (failure.Message.Contains("no transaction is active", StringComparison.Ordinal))
        {
            // Nothing is open, which is what was asked for.
        }
    }
}
