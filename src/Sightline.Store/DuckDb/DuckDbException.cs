namespace Sightline.Store.DuckDb;

/// <summary>The engine refused or failed; the message is the engine's own.</summary>
public sealed class DuckDbException : Exception
{
    public DuckDbException(string message) : base(message)
    {
    }

    public DuckDbException() : base("DuckDB failed.")
    {
    }

    public DuckDbException(string message, Exception inner) : base(message, inner)
    {
    }

    /// <summary>A query was interrupted: from C#, by the cancellation of its token.</summary>
    internal bool IsInterrupt => Message.StartsWith("INTERRUPT", StringComparison.Ordinal);

    /// <summary>The engine found its own state broken; every later call fails until the database is opened anew.</summary>
    public bool IsFatal => Message.StartsWith("FATAL", StringComparison.Ordinal) || Message.StartsWith("INTERNAL", StringComparison.Ordinal);
}
