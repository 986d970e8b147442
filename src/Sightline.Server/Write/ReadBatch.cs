using Sightline.Store;

namespace Sightline.Server.Write;

/// <summary>What was read of the log for one transaction.</summary>
/// <param name="batch">What came of the records.</param>
/// <param name="started">When reading began, as <see cref="System.Diagnostics.Stopwatch"/> counts.</param>
internal sealed class ReadBatch(StoreBatch batch, long started)
{
    public StoreBatch Batch => batch;

    public long Started => started;

    /// <summary>Records read.</summary>
    public int Records { get; set; }
}
