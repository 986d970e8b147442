using Sightline.Store;

namespace Sightline.Server.Write;

/// <summary>What was read of the log for one transaction.</summary>
internal sealed class ReadBatch(StoreBatch batch)
{
    public StoreBatch Batch => batch;

    /// <summary>Records read.</summary>
    public int Records { get; set; }

    /// <summary>Time it took to read, enrich and write it; the two may be on two threads.</summary>
    public TimeSpan Took { get; set; }
}
