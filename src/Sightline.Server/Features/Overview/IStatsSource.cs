namespace Sightline.Server.Features.Overview;

/// <summary>Answers a stats query; both ways the JSON of <c>POST /api/v1/query</c>, so that a page shows what the API says.</summary>
internal interface IStatsSource
{
    /// <exception cref="Core.Queries.InvalidQueryException">The query cannot be used.</exception>
    Task<byte[]> QueryAsync(byte[] query, CancellationToken cancellationToken);

    /// <summary>Answers the queries of a page about one project, in their order; a source that can, from one view of the data.</summary>
    /// <exception cref="Core.Queries.InvalidQueryException">One cannot be used.</exception>
    async Task<IReadOnlyList<byte[]>> QueryAllAsync(IReadOnlyList<byte[]> queries, CancellationToken cancellationToken) =>
        await Task.WhenAll(queries.Select(query => QueryAsync(query, cancellationToken)));
}
