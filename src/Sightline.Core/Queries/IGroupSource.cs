namespace Sightline.Core.Queries;

/// <summary>Answers groupings from one consistent view of the data: an engine's snapshot, or a cache in front of it.</summary>
public interface IGroupSource
{
    /// <summary>Answers several at once: those that read the same events may share the reading.</summary>
    /// <returns>A table for each plan, in their order.</returns>
    /// <exception cref="InvalidQueryException">A value that only the engine can judge is wrong (a regular expression).</exception>
    /// <exception cref="QueryLimitException">One needs more memory than a query may take.</exception>
    /// <exception cref="OperationCanceledException">The caller left or the time is up.</exception>
    IReadOnlyList<GroupTable> Group(IReadOnlyList<GroupPlan> plans, CancellationToken cancellation);
}
