using Sightline.Core.Model;

namespace Sightline.Store;

/// <summary>What a project lost on one UTC day by one protocol for one reason, with up to a few samples.</summary>
public sealed record DropDay(DateOnly Day, ReceivedBy ReceivedBy, DropReason Reason, long Count, IReadOnlyList<DropSample> Samples);
