using Sightline.Core.Model;

namespace Sightline.Store;

/// <summary>Data received for a project: events and drops of its batches, before anything was decided about them.</summary>
public readonly record struct ReceivedCount(uint Project, long ReceivedMs, ReceivedBy ReceivedBy, uint Count);
