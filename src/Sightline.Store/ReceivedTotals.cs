using Sightline.Core.Model;

namespace Sightline.Store;

/// <summary>What a protocol brought a project since ever. Received = stored + the sum of drops, once the store has everything.</summary>
/// <param name="Received">Data received.</param>
/// <param name="Stored">Events stored of them.</param>
/// <param name="Drops">The others, by reason.</param>
public sealed record ReceivedTotals(long Received, long Stored, IReadOnlyDictionary<DropReason, long> Drops);
