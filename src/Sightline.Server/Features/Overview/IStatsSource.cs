namespace Sightline.Server.Features.Overview;

/// <summary>Answers a stats query; both ways the JSON of <c>POST /api/v1/query</c>, so that a page shows what the API says.</summary>
internal interface IStatsSource
{
    /// <exception cref="Core.Queries.InvalidQueryException">The query cannot be used.</exception>
    Task<byte[]> QueryAsync(byte[] query, CancellationToken cancellationToken);
}
