using Sightline.Core.Model;

namespace Sightline.Store;

/// <summary>What a project received on one UTC day by one protocol; received = stored + dropped.</summary>
public sealed record ReceivedDay(DateOnly Day, ReceivedBy ReceivedBy, long Received, long Stored);

/// <summary>What a project lost on one UTC day by one protocol for one reason, with up to a few samples.</summary>
public sealed record DropDay(DateOnly Day, ReceivedBy ReceivedBy, DropReason Reason, long Count, IReadOnlyList<DropSample> Samples);

/// <summary>One datum that was dropped, as it came.</summary>
public sealed record DropSample(long TimeMs, string Text);

/// <summary>How much is stored.</summary>
/// <param name="FileBytes">Size of the database file.</param>
/// <param name="LogBytes">Size of its write-ahead log: what a restart would replay.</param>
/// <param name="Events">Rows of events.</param>
/// <param name="Sessions">Visits.</param>
/// <param name="Texts">Texts of the dictionary.</param>
public sealed record StoreSizes(long FileBytes, long LogBytes, long Events, long Sessions, long Texts);
