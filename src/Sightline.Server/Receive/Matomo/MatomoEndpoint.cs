using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Matomo;

namespace Sightline.Server.Receive.Matomo;

/// <summary><c>/matomo.php</c> and <c>/piwik.php</c>: Matomo's Tracking HTTP API. See docs/matomo.md.</summary>
internal sealed class MatomoEndpoint(Gate gate, ClientAddress clientAddress, TimeProvider time)
{
    private const string Bearer = "Bearer ";

    public async Task HandleAsync(HttpContext context)
    {
        if (MatomoAnswer.IsPreflight(context.Request))
        {
            MatomoAnswer.Preflight(context);
            return;
        }

        using var body = HasBody(context.Request) ? await RequestBody.ReadAsync(context, RequestBody.DefaultMaxBytes, context.RequestAborted) : default;
        if (body.Refused != RejectReason.None)
        {
            gate.CountReject(ReceivedBy.Matomo, body.Refused);
            await MatomoAnswer.RefusedAsync(context, new GateAnswer(body.Refused));
            return;
        }

        using var call = MatomoCall.Read(QueryOf(context.Request), body.Bytes);
        await (call.Kind switch
        {
            MatomoCallKind.Empty => HandleEmptyAsync(context, body.Bytes.Length),
            MatomoCallKind.Single => HandleSingleAsync(context, call),
            _ => HandleBulkAsync(context, call),
        });
    }

    private ValueTask HandleEmptyAsync(HttpContext context, int bodyLength)
    {
        if (bodyLength > 0)
        {
            gate.CountReject(ReceivedBy.Matomo, RejectReason.Malformed);
        }

        return MatomoAnswer.NothingAsync(context);
    }

    private async ValueTask HandleSingleAsync(HttpContext context, MatomoCall call)
    {
        var intake = NewIntake(context);
        if (!await intake.ReadAsync(call, HeaderToken(context.Request)))
        {
            await RefuseTooLargeAsync(context);
            return;
        }

        var answer = await intake.AppendAsync(context.RequestAborted);
        await (answer.Accepted ? MatomoAnswer.HitAsync(context, intake.Invalid.Count > 0, call.NoImage) : MatomoAnswer.RefusedAsync(context, answer));
    }

    private async ValueTask HandleBulkAsync(HttpContext context, MatomoCall call)
    {
        var intake = NewIntake(context);
        GateAnswer answer;
        if (call.Kind == MatomoCallKind.UnreadableBulk)
        {
            gate.CountReject(ReceivedBy.Matomo, RejectReason.Malformed);
            answer = new GateAnswer(RejectReason.Malformed);
        }
        else if (!await intake.ReadAsync(call, HeaderToken(context.Request)))
        {
            gate.CountReject(ReceivedBy.Matomo, RejectReason.TooLarge);
            answer = new GateAnswer(RejectReason.TooLarge);
        }
        else
        {
            answer = await intake.AppendAsync(context.RequestAborted);
        }

        var invalid = answer.Reason is RejectReason.Malformed or RejectReason.TooLarge ? [] : intake.Invalid;
        await MatomoAnswer.BulkAsync(context, answer, intake.Tracked, invalid, intake.IsTrusted(call.Token), call.NoImage);
    }

    private ValueTask RefuseTooLargeAsync(HttpContext context)
    {
        gate.CountReject(ReceivedBy.Matomo, RejectReason.TooLarge);
        return MatomoAnswer.RefusedAsync(context, new GateAnswer(RejectReason.TooLarge));
    }

    private MatomoIntake NewIntake(HttpContext context)
    {
        // Matomo's opt-out; the second name is from before it was Matomo.
        var cookies = context.Request.Cookies;
        var ignoreCookie = cookies.ContainsKey("matomo_ignore") || cookies.ContainsKey("piwik_ignore");
        var referer = context.Request.Headers.Referer.ToString();
        return new MatomoIntake(gate, time, RequestFacts.From(context, clientAddress), referer.Length == 0 ? null : referer, ignoreCookie);
    }

    private static bool HasBody(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);

    private static byte[] QueryOf(HttpRequest request) => request.QueryString.Value is { Length: > 1 } query ? Encoding.UTF8.GetBytes(query[1..]) : [];

    public static string? HeaderToken(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { } header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;
}
