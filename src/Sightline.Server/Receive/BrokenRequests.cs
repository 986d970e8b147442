using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Sightline.Server.Receive;

/// <summary>
/// Clients that send broken HTTP, trickle a body or vanish are everyday events, not errors of the server: they get their status, if they
/// are still there, and no line in the log that anybody could flood.
/// </summary>
internal static class BrokenRequests
{
    public static void UseBrokenRequests(this WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (IsClients(context, exception))
        {
            End(context, exception);
        }
    });

    /// <summary>The client's doing, and there is a way to end it.</summary>
    public static bool IsClients(HttpContext context, Exception exception) => exception switch
    {
        BadHttpRequestException when !context.Response.HasStarted => true,
        // The request's own connection; that it was aborted may come to be known only after this.
        ConnectionResetException => true,
        OperationCanceledException or IOException => context.RequestAborted.IsCancellationRequested,
        // What reads a form for its own purposes wraps what happened to it.
        { InnerException: { } inner } => IsClients(context, inner),
        _ => false,
    };

    /// <summary>For routes that go past the middleware: what it does with a request that <see cref="IsClients"/>.</summary>
    public static void End(HttpContext context, Exception exception)
    {
        // Its body was left in the middle, so that no request can follow; looking for one would end in a line of the log.
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }

        if (Bad(exception) is { } bad && !context.Response.HasStarted)
        {
            context.Response.StatusCode = bad.StatusCode;
        }
        else
        {
            context.Abort();
        }
    }

    private static BadHttpRequestException? Bad(Exception? exception) => exception is null or BadHttpRequestException ? exception as BadHttpRequestException : Bad(exception.InnerException);
}
