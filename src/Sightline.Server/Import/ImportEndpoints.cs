using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Sightline.Core.Model;
using Sightline.Server.Features.Imports;
using Sightline.Server.Receive;

namespace Sightline.Server.Import;

/// <summary>
/// What <c>sightline import</c> calls over the control socket of a running server. Requests never take longer than some seconds:
/// who must wait longer asks again, and by asking keeps its turn.
/// </summary>
internal static class ImportEndpoints
{
    private const int MaxSliceBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/control/import/{project}").RequireControlSocket();
        group.MapPost("/turn", Take);
        group.MapDelete("/turn", Release);
        group.MapGet("/counts", CountsAsync);
        group.MapPost("/find", FindAsync);
        group.MapPost("/append", AppendAsync);
        group.MapPost("/sources", SourcesAsync);
        group.MapPost("/points", PointsAsync);
    }

    private static IResult Take(uint project, ImportDesk desk) =>
        !desk.HasProject(project) ? Results.NotFound()
        : desk.TryTake(project) is { } turn ? Results.Ok(new TurnAnswer(turn.Id))
        : Results.Conflict();

    private static IResult Release(uint project, string turn, ImportDesk desk, CommandLineImports shown)
    {
        if (desk.Find(project, turn) is { } held)
        {
            shown.Ended(held);
            desk.Release(held);
        }

        return Results.NoContent();
    }

    private static async Task<IResult> CountsAsync(uint project, string turn, ImportDesk desk, CancellationToken cancellationToken, byte by = (byte)ReceivedBy.AccessLog) =>
        desk.Find(project, turn) is null ? Results.Conflict()
        : await desk.TryDrainAsync(Patience, cancellationToken) ? Results.Ok(CountsAnswer.Of(desk.Counts(project, (ReceivedBy)by)))
        : Results.Accepted();

    private static async Task<IResult> FindAsync(uint project, string turn, ImportDesk desk, HttpRequest request, CancellationToken cancellationToken)
    {
        if (desk.Find(project, turn) is null)
        {
            return Results.Conflict();
        }

        var head = new byte[BodyLength(request, FileIdentity.HeadLength)];
        await request.Body.ReadExactlyAsync(head, cancellationToken);
        return Results.Ok(desk.Find(project, head));
    }

    private static async Task<IResult> SourcesAsync(uint project, string turn, ImportDesk desk, HttpRequest request, CancellationToken cancellationToken)
    {
        if (desk.Find(project, turn) is null)
        {
            return Results.Conflict();
        }

        var names = new byte[BodyLength(request, MaxSliceBytes)];
        await request.Body.ReadExactlyAsync(names, cancellationToken);
        return Results.Ok(desk.Sources(project, JsonSerializer.Deserialize<List<string>>(names) ?? []));
    }

    private static Task<IResult> PointsAsync(uint project, string turn, ImportDesk desk, HttpRequest request, CancellationToken cancellationToken) =>
        WithBodyAsync(request, async payload => Answer(request, desk.Find(project, turn) is { } held
            ? await desk.AppendPointsAsync(held, payload, Count(payload.Span), cancellationToken)
            : null), cancellationToken);

    private static Task<IResult> AppendAsync(uint project, string turn, ImportDesk desk, CommandLineImports shown, HttpRequest request, CancellationToken cancellationToken, long read = 0, long size = 0) =>
        WithBodyAsync(request, slice => AppendSliceAsync(project, turn, desk, (held, summary) => shown.Appended(held, summary, read, size), request, slice, cancellationToken), cancellationToken);

    private static async Task<IResult> WithBodyAsync(HttpRequest request, Func<ReadOnlyMemory<byte>, Task<IResult>> take, CancellationToken cancellationToken)
    {
        // Slices are megabytes: a new array for each would have the collector go through everything again and again.
        var length = BodyLength(request, MaxSliceBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var slice = buffer.AsMemory(0, length);
            await request.Body.ReadExactlyAsync(slice, cancellationToken);
            return await take(slice);
        }
        catch (InvalidDataException)
        {
            return Results.BadRequest();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<IResult> AppendSliceAsync(
        uint project, string turn, ImportDesk desk, Action<ImportTurn, EventBatchSummary> appended, HttpRequest request, ReadOnlyMemory<byte> slice, CancellationToken cancellationToken)
    {
        var summary = EventBatchCodec.Summarize(slice.Span);
        var held = desk.Find(project, turn);
        var answer = held is null ? null : await desk.AppendAsync(held, slice, summary, cancellationToken);
        if (answer is { Accepted: true })
        {
            appended(held!, summary);
        }

        return Answer(request, answer);
    }

    /// <summary>Points and drops of a batch, every one of which can be read.</summary>
    private static int Count(ReadOnlySpan<byte> payload)
    {
        var reader = new PointBatchReader(payload);
        var count = 0;
        while (reader.Read())
        {
            count += reader.Kept is null ? (int)(reader.Drop?.Count ?? 1) : 0;
        }

        return count;
    }

    private static IResult Answer(HttpRequest request, GateAnswer? given)
    {
        if (given is not { } answer)
        {
            return Results.Conflict();
        }

        if (answer.RetryAfterSeconds > 0)
        {
            request.HttpContext.Response.Headers.RetryAfter = answer.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return Results.StatusCode(answer.StatusCode);
    }

    /// <summary>What the caller says of the body's length; who says nothing has none.</summary>
    private static int BodyLength(HttpRequest request, int limit)
    {
        // The server's limit is for the world outside; here only the owner of the data directory comes in.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limit;
        }

        return (int)Math.Clamp(request.ContentLength ?? 0, 0, limit);
    }
}
