using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// One step of enrichment. It fills fields of the item from what earlier steps left there, or drops it. The same item must always
/// give the same result: after a crash the log is read again.
/// </summary>
internal interface IEnrichStep
{
    /// <summary>Names the step in metrics and documentation; snake case.</summary>
    string Name { get; }

    /// <summary><see langword="null"/> to go on; a reason drops the item (<see cref="EnrichItem.Sample"/> then says what it was).</summary>
    DropReason? Apply(EnrichItem item);

    /// <summary>What was enriched since the last write could not be written and will come again: forget what was counted of it.</summary>
    void Restart()
    {
    }
}
