namespace Sightline.Store;

/// <summary>How the event store uses the machine.</summary>
public sealed record EventStoreOptions
{
    /// <summary>Threads of all queries and writes together; 0: one for each processor.</summary>
    public int Threads { get; init; }

    /// <summary>Memory the engine may take before it spills to disk, as DuckDB writes it (<c>512MB</c>).</summary>
    public string MemoryLimit { get; init; } = "1GB";
}
