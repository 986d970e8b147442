namespace Sightline.Store.DuckDb;

/// <summary>How a database is opened. Extensions are never loaded or fetched: we link what we need.</summary>
internal sealed record DuckDbOptions
{
    /// <summary>Threads of all queries together; 0: one for each processor.</summary>
    public int Threads { get; init; }

    /// <summary>As DuckDB writes it (<c>512MB</c>); <see langword="null"/>: 80 % of the machine.</summary>
    public string? MemoryLimit { get; init; }

    /// <summary>Rows of a streamed result that may lie ready, bytes; 0: the engine's own, about a megabyte.</summary>
    public long StreamingBufferBytes { get; init; }

    /// <summary>Size of the write-ahead log at which a commit checkpoints by itself, which stalls it; a background job comes first.</summary>
    public string CheckpointThreshold { get; init; } = "1GB";

    public bool ReadOnly { get; init; }
}
