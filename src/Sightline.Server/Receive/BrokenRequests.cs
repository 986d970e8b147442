using Microsoft.AspNetCore.Connections;

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
        OperationCanceledException or ConnectionResetException or IOException => context.RequestAborted.IsCancellationRequested,
        _ => false,
    };

    /// <summary>For routes that go past the middleware: what it does with a request that <see cref="IsClients"/>.</summary>
    public static void End(HttpContext context, Exception exception)
    {
        if (exception is BadHttpRequestException bad && !context.Response.HasStarted)
        {
            context.Response.StatusCode = bad.StatusCode;
        }
        else
        {
            context.Abort();
        }
    }
}
