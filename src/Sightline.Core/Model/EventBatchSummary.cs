namespace Sightline.Core.Model;

/// <summary>What an encoded <see cref="EventBatch"/> is about.</summary>
/// <param name="ReceivedBy">How it came.</param>
/// <param name="Received">Events and drops.</param>
/// <param name="Progress">The position of an import behind it.</param>
public sealed record EventBatchSummary(ReceivedBy ReceivedBy, long Received, ImportProgress? Progress);
