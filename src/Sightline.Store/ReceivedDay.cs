using Sightline.Core.Model;

namespace Sightline.Store;

/// <summary>What a project received on one UTC day by one protocol; received = stored + dropped.</summary>
public sealed record ReceivedDay(DateOnly Day, ReceivedBy ReceivedBy, long Received, long Stored);
