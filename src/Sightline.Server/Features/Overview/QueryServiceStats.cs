using System.Buffers;
using System.Text.Json;
using Sightline.Core.Queries;
using Sightline.Server.Query;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Overview;

/// <summary>Asks the one query engine, in the API's own words. The caller has the right to see the project already.</summary>
internal sealed class QueryServiceStats(QueryService service, ProjectDirectory projects) : IStatsSource
{
    public async Task<byte[]> QueryAsync(byte[] query, CancellationToken cancellationToken) =>
        (await QueryAllAsync([query], cancellationToken))[0];

    public async Task<IReadOnlyList<byte[]>> QueryAllAsync(IReadOnlyList<byte[]> queries, CancellationToken cancellationToken)
    {
        var parsed = queries.Select(query => StatsQueryParser.Parse(query)).ToList();
        var answers = new byte[parsed.Count][];
        foreach (var ofProject in Enumerable.Range(0, parsed.Count).GroupBy(i => parsed[i].Project))
        {
            if (!projects.TryGetById(ofProject.Key, out var project))
            {
                throw new InvalidQueryException($"there is no project {ofProject.Key}", "project");
            }

            var results = await service.AskAllAsync([.. ofProject.Select(i => parsed[i])], project, cancellationToken);
            foreach (var (i, result) in ofProject.Zip(results))
            {
                answers[i] = Write(result);
            }
        }

        return answers;
    }

    private static byte[] Write(QueryResult result)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            AnswerWriter.Write(writer, result);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
