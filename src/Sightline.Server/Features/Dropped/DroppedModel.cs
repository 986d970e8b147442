using Sightline.Core.Model;
using Sightline.Server.Receive;
using Sightline.Store;

namespace Sightline.Server.Features.Dropped;

/// <summary>What was received in some days, and what of it was stored and dropped. Received = stored + dropped.</summary>
public sealed record DroppedModel(
    Project Project, string Range, DateOnly First, DateOnly Last, long Received, long Stored, long Dropped, IReadOnlyList<DroppedReason> Reasons)
{
    /// <summary>What the project's own sites sent in the last day with a key that no project has: never received, so in none of the numbers.</summary>
    public IReadOnlyList<UnknownKey> WrongKeys { get; init; } = [];
}

/// <summary>A reason, how often and with what.</summary>
/// <param name="Reason">Which.</param>
/// <param name="Title">Its name.</param>
/// <param name="Sentence">What it means and what can be done.</param>
/// <param name="Count">In the days looked at.</param>
/// <param name="Protocols">What it came by.</param>
/// <param name="Days">Count of each day, in order.</param>
/// <param name="Samples">The latest.</param>
/// <param name="Remedies">What makes such events count from now on.</param>
public sealed record DroppedReason(
    DropReason Reason, string Title, string Sentence, long Count, string Protocols, IReadOnlyList<long> Days, IReadOnlyList<DropSample> Samples, IReadOnlyList<DropRemedy> Remedies);
