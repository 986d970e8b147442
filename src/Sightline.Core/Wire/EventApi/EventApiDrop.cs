using Sightline.Core.Model;

namespace Sightline.Core.Wire.EventApi;

/// <summary>A member of the request that was not taken.</summary>
/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="Reason">Why.</param>
/// <param name="Field">The field at fault; empty when it is the member as a whole.</param>
public readonly record struct EventApiDrop(int Index, DropReason Reason, string Field);
