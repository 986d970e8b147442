using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Server.Import;

/// <summary>Imports through the control socket of a running server.</summary>
internal sealed class ControlTarget(HttpClient server, TimeProvider clock) : IPointImportTarget
{
    /// <summary>A killed importer's turn ends after a minute; a running one's does not.</summary>
    private static readonly TimeSpan TurnPatience = ImportDesk.TurnLives + TimeSpan.FromSeconds(5);

    private uint _project;
    private string? _turn;
    private long _position;
    private long _size;

    public ReceivedBy Counted { get; set; } = ReceivedBy.AccessLog;

    public async Task<ImportCounts> BeginAsync(uint project, CancellationToken cancellationToken)
    {
        _project = project;
        var started = clock.GetTimestamp();
        while (_turn is null)
        {
            using var answer = await SendAsync(HttpMethod.Post, "turn", null, cancellationToken);
            switch (answer.StatusCode)
            {
                case HttpStatusCode.OK:
                    _turn = (await answer.Content.ReadFromJsonAsync<TurnAnswer>(cancellationToken))!.Turn;
                    break;
                case HttpStatusCode.NotFound:
                    throw new ImportException($"there is no project {project}");
                case HttpStatusCode.Conflict when clock.GetElapsedTime(started) < TurnPatience:
                    await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken);
                    break;
                case HttpStatusCode.Conflict:
                    throw new ImportException($"another import into project {project} is running");
                default:
                    throw Unexpected(answer);
            }
        }

        return await CountsAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<ImportProgress>> FindAsync(ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, "find", head, cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK
            ? (await answer.Content.ReadFromJsonAsync<List<ImportProgress>>(cancellationToken))!
            : throw Unexpected(answer);
    }

    public async Task<IReadOnlyList<ulong>> SourcesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, "sources", JsonSerializer.SerializeToUtf8Bytes(names), cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK
            ? (await answer.Content.ReadFromJsonAsync<List<ulong>>(cancellationToken))!
            : throw Unexpected(answer);
    }

    public void Reached(long position, long size) => (_position, _size) = (position, size);

    public Task AppendAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(1 << 20);
        EventBatchCodec.Write(batch, body);
        return AppendAsync("append", body.WrittenMemory, cancellationToken);
    }

    public Task AppendPointsAsync(ReadOnlyMemory<byte> payload, int points, CancellationToken cancellationToken) => AppendAsync("points", payload, cancellationToken);

    public Task<ImportCounts> EndAsync(CancellationToken cancellationToken) => CountsAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_turn is not null)
        {
            try
            {
                using var answer = await SendAsync(HttpMethod.Delete, "turn", null, CancellationToken.None);
            }
            catch (ImportException)
            {
                // The server is gone and the turn with it.
            }
        }

        server.Dispose();
    }

    private async Task AppendAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var answer = await SendAsync(HttpMethod.Post, path, body, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            if (answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
            {
                throw Unexpected(answer);
            }

            // The log is full or the disk is: the server says when to come again.
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), clock, cancellationToken);
        }
    }

    private async Task<ImportCounts> CountsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using var answer = await SendAsync(HttpMethod.Get, "counts", null, cancellationToken);
            switch (answer.StatusCode)
            {
                case HttpStatusCode.OK:
                    return (await answer.Content.ReadFromJsonAsync<CountsAnswer>(cancellationToken))!.ToCounts();
                case HttpStatusCode.Accepted:
                    continue;
                default:
                    throw Unexpected(answer);
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"control/import/{_project}/{path}{(_turn is null ? "" : $"?turn={_turn}&by={(int)Counted}&read={_position}&size={_size}")}");
        using var request = new HttpRequestMessage(method, address) { Content = body is { } bytes ? new ReadOnlyMemoryContent(bytes) : null };
        try
        {
            return await server.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new ImportException("the server does not answer any more; run the import again to go on where it stopped", e);
        }
    }

    private static ImportException Unexpected(HttpResponseMessage answer) => new(answer.StatusCode == HttpStatusCode.Conflict
        ? "another import took over"
        : $"the server refuses what is imported: {(int)answer.StatusCode} {answer.ReasonPhrase}");
}
