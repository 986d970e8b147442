using System.Buffers;
using System.Text.Json;
using Sightline.Core.Queries;
using Sightline.Server.Query;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Overview;

/// <summary>Asks the one query engine, in the API's own words. The caller has the right to see the project already.</summary>
internal sealed class QueryServiceStats(QueryService queries, ProjectDirectory projects) : IStatsSource
{
    public async Task<byte[]> QueryAsync(byte[] query, CancellationToken cancellationToken)
    {
        var parsed = StatsQueryParser.Parse(query);
        if (!projects.TryGetById(parsed.Project, out var project))
        {
            throw new InvalidQueryException($"there is no project {parsed.Project}", "project");
        }

        var result = await queries.AskAsync(parsed, project, cancellationToken);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            AnswerWriter.Write(writer, result);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
