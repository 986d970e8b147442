namespace Sightline.Core.Queries;

/// <summary>Answers groupings from one consistent view of the data: an engine's snapshot, or a cache in front of it.</summary>
public interface IGroupSource
{
    /// <exception cref="InvalidQueryException">A value that only the engine can judge is wrong (a regular expression).</exception>
    /// <exception cref="QueryLimitException">It needs more memory than a query may take.</exception>
    /// <exception cref="OperationCanceledException">The caller left or the time is up.</exception>
    GroupTable Group(GroupPlan plan, CancellationToken cancellation);
}
