namespace Sightline.Core.Wire.EventApi;

/// <summary>What a body held, beside the events and drops that went to the batch.</summary>
/// <param name="Fault">Other than <see cref="EventApiFault.None"/>: the batch is as it was before.</param>
/// <param name="Key">The first key met; it is the whole request's. <see langword="null"/>: no member has one.</param>
/// <param name="Dropped">In order of their index.</param>
public readonly record struct EventApiReading(EventApiFault Fault, string? Key, IReadOnlyList<EventApiDrop> Dropped)
{
    internal static EventApiReading Refused(EventApiFault fault) => new(fault, null, []);
}
