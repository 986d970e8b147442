using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Sightline.Core.Model;
using Sightline.Server.Features.Imports;

namespace Sightline.Server.Import;

/// <summary>
/// What <c>sightline import logs</c> calls over the control socket of a running server. Requests never take longer than some seconds:
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

    private static async Task<IResult> CountsAsync(uint project, string turn, ImportDesk desk, CancellationToken cancellationToken) =>
        desk.Find(project, turn) is null ? Results.Conflict()
        : await desk.TryDrainAsync(Patience, cancellationToken) ? Results.Ok(CountsAnswer.Of(desk.Counts(project)))
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

    private static async Task<IResult> AppendAsync(uint project, string turn, ImportDesk desk, CommandLineImports shown, HttpRequest request, CancellationToken cancellationToken)
    {
        // Slices are megabytes: a new array for each would have the collector go through everything again and again.
        var length = BodyLength(request, MaxSliceBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var slice = buffer.AsMemory(0, length);
            await request.Body.ReadExactlyAsync(slice, cancellationToken);
            return await AppendSliceAsync(project, turn, desk, shown, request, slice, cancellationToken);
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
        uint project, string turn, ImportDesk desk, CommandLineImports shown, HttpRequest request, ReadOnlyMemory<byte> slice, CancellationToken cancellationToken)
    {
        var summary = EventBatchCodec.Summarize(slice.Span);
        if (desk.Find(project, turn) is not { } held || await desk.AppendAsync(held, slice, summary, cancellationToken) is not { } answer)
        {
            return Results.Conflict();
        }

        if (answer.Accepted)
        {
            shown.Appended(held, summary);
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
