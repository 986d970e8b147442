using System.Buffers;
using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.EventApi;
using Sightline.Server.Access;

namespace Sightline.Server.Receive.EventApi;

/// <summary><c>POST /api/event</c>: page views and custom events of our tracker and of whoever speaks its JSON. See docs/event-api.md.</summary>
internal sealed class EventApiEndpoint(Gate gate, ClientAddress clientAddress, TimeProvider time)
{
    private const string Path = "/api/event";

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_output;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var endpoint = new EventApiEndpoint(
            services.GetRequiredService<Gate>(), services.GetRequiredService<ClientAddress>(), services.GetRequiredService<TimeProvider>());
        // The busiest road: nothing that stands between routing and endpoints concerns it, so it goes past all of it.
        routes.MapPost(Path, (RequestDelegate)endpoint.PostAsync).AllowIngestKey().ShortCircuit();
        routes.MapMethods(Path, [HttpMethods.Options], (RequestDelegate)PreflightAsync).AllowIngestKey();
    }

    private async Task PostAsync(HttpContext context)
    {
        AllowOrigin(context);
        try
        {
            var facts = RequestFacts.From(context, clientAddress);
            if (!TryAppendPlain(context, facts, out var pending))
            {
                using var body = await RequestBody.ReadAsync(context, RequestBody.DefaultMaxBytes, context.RequestAborted);
                if (body.Refused != RejectReason.None)
                {
                    gate.CountReject(ReceivedBy.EventApi, body.Refused);
                    await EventApiAnswer.RefuseAsync(context, new GateAnswer(body.Refused));
                    return;
                }

                if (!TryAppendPlain(body.Bytes.Span, facts, out pending))
                {
                    await TakeAsync(context, facts, body.Bytes);
                    return;
                }
            }

            var answer = await pending;
            await (answer.Accepted ? EventApiAnswer.AcceptAsync(context, 1, []) : EventApiAnswer.RefuseAsync(context, answer));
        }
        catch (Exception exception) when (BrokenRequests.IsClients(context, exception))
        {
            BrokenRequests.End(context, exception);
        }
    }

    /// <summary>
    /// The short way, of a plain event whose body has arrived with its head: read where it lies. False: nothing was taken, the body is to be
    /// read as any other.
    /// </summary>
    private bool TryAppendPlain(HttpContext context, in RequestFacts facts, out ValueTask<GateAnswer> pending)
    {
        pending = default;
        var request = context.Request;
        if (request.ContentLength is not { } length || request.Headers.ContentEncoding.Count > 0 || !request.BodyReader.TryRead(out var read))
        {
            return false;
        }

        var body = read.Buffer;
        var taken = body.IsSingleSegment && body.Length == length && length <= RequestBody.DefaultMaxBytes && TryAppendPlain(body.FirstSpan, facts, out pending);
        request.BodyReader.AdvanceTo(taken ? body.End : body.Start);
        return taken;
    }

    /// <summary>False: nothing was taken, the long way decides what is to be said.</summary>
    private bool TryAppendPlain(ReadOnlySpan<byte> body, in RequestFacts facts, out ValueTask<GateAnswer> pending)
    {
        // The gate copies the payload before its first await, so the thread's buffer is free again when it returns.
        var output = t_output ??= new ArrayBufferWriter<byte>(4096);
        output.ResetWrittenCount();
        Span<char> text = stackalloc char[PlainEventReader.KeyLength];
        pending = default;
        if (!PlainEventReader.TryRead(body, facts.Head(ReceivedBy.EventApi, time), facts.Flags, output, out var key)
            || !gate.TryFindProject(text[..Encoding.UTF8.GetChars(key, text)], out var project))
        {
            return false;
        }

        // It is here whole: whoever sent it may leave, it is kept all the same.
        pending = gate.AppendAsync(project, RecordKind.Events, output.WrittenMemory, 1, ReceivedBy.EventApi, CancellationToken.None);
        return true;
    }

    private async Task TakeAsync(HttpContext context, RequestFacts facts, ReadOnlyMemory<byte> body)
    {
        var batch = facts.NewBatch(ReceivedBy.EventApi, time);
        var reading = EventApiParser.Parse(body.Span, batch, facts.Flags);
        if (reading.Fault != EventApiFault.None)
        {
            gate.CountReject(ReceivedBy.EventApi, reading.Fault == EventApiFault.TooManyEvents ? RejectReason.TooLarge : RejectReason.Malformed);
            await EventApiAnswer.RefuseAsync(context, reading.Fault);
            return;
        }

        var project = reading.Key is null ? null : await FindProjectAsync(reading.Key);
        if (project is null)
        {
            gate.CountUnknownKey(ReceivedBy.EventApi, reading.Key, context.Request.Headers.Origin);
            await EventApiAnswer.RefuseAsync(context, new GateAnswer(RejectReason.UnknownKey));
            return;
        }

        var answer = await gate.AppendAsync(project, batch, context.RequestAborted);
        await (answer.Accepted ? EventApiAnswer.AcceptAsync(context, batch.Events.Count, reading.Dropped) : EventApiAnswer.RefuseAsync(context, answer));
    }

    private async ValueTask<Project?> FindProjectAsync(string key)
    {
        if (!gate.TryFindProject(key, out var project))
        {
            await gate.LookAgainAsync();
            gate.TryFindProject(key, out project);
        }

        return project;
    }

    private static Task PreflightAsync(HttpContext context)
    {
        AllowOrigin(context);
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "POST";
        headers.AccessControlMaxAge = "86400";
        if (context.Request.Headers.AccessControlRequestHeaders is { Count: > 0 } wanted)
        {
            headers.AccessControlAllowHeaders = wanted;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    // Beacons are always sent with credentials, for which browsers refuse the answer "*".
    private static void AllowOrigin(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Vary = "Origin";
        if (context.Request.Headers.Origin is { Count: 1 } origin)
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowCredentials = "true";
        }
    }
}
