namespace Sightline.Core.Model;

/// <summary>What <see cref="SessionBuilder"/> found must change in the store.</summary>
public sealed class SessionChanges
{
    /// <summary>New visits, numbered.</summary>
    public List<Session> Created { get; } = [];

    /// <summary>Stored visits that changed; all still exist.</summary>
    public List<Session> Updated { get; } = [];

    /// <summary>Stored visits that became part of another: their rows go, their events are read under the new id.</summary>
    public List<(Session Old, Session Into)> Moved { get; } = [];

    /// <summary>Stored visits cut in two, in the order to carry out.</summary>
    public List<SessionSplit> Splits { get; } = [];
}

/// <summary>Stored events to give another session id.</summary>
/// <param name="Ids">Ids they may be stored under; besides them <paramref name="Source"/>'s own.</param>
/// <param name="Source">The visit that was cut.</param>
/// <param name="FromMs">First time that belongs to the new part.</param>
/// <param name="ToMs">Last time, inclusive.</param>
/// <param name="Target">The new part.</param>
public sealed record SessionSplit(IReadOnlyList<uint> Ids, Session Source, long FromMs, long ToMs, Session Target);
