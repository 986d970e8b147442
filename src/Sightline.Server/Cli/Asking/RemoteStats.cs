using System.Net;
using System.Net.Http.Json;
using Sightline.Core.Queries;
using Sightline.Server.Features.Overview;

namespace Sightline.Server.Cli.Asking;

/// <summary>Asks a running server through its control socket.</summary>
internal sealed class RemoteStats(HttpClient control) : IStatsSource
{
    public async Task<byte[]> QueryAsync(byte[] query, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(query);
        using var answer = await control.PostAsync(QueryControl.Path, content, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity)
        {
            var fault = (await answer.Content.ReadFromJsonAsync<QueryFault>(cancellationToken))!;
            throw answer.StatusCode == HttpStatusCode.BadRequest ? new InvalidQueryException(fault.Message, fault.At) : new QueryLimitException(fault.Message);
        }

        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }
}
