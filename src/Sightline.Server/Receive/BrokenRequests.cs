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
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = exception.StatusCode;
        }
        catch (Exception exception) when (exception is OperationCanceledException or ConnectionResetException or IOException
            && context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
    });
}
