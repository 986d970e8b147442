using Sightline.Core.Model;

namespace Sightline.Store;

/// <summary>A change on its way from the log.</summary>
/// <param name="Project">Whose.</param>
/// <param name="Origin">Its place in the log: that of its record and, since each takes a byte of it at least, its number within. No two have the same.</param>
/// <param name="ReceivedBy">The protocol.</param>
/// <param name="ReceivedMs">Unix milliseconds UTC.</param>
/// <param name="Change">What happened.</param>
public sealed record StoredChange(uint Project, long Origin, ReceivedBy ReceivedBy, long ReceivedMs, Change Change);
