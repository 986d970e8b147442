using System.Globalization;

namespace Sightline.Server.Access;

/// <summary>Lets an answer go on for as long as who asked for it may have it: a session can end, a token be revoked, a role be taken away.</summary>
internal sealed class LiveRight(CallerReader callers, TimeProvider time)
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    public async Task RunAsync(HttpContext context, AccessRule rule, RequestDelegate next)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        context.RequestAborted = ended.Token;
        var watch = WatchAsync(context, rule, ended);
        try
        {
            await next(context);
        }
        finally
        {
            await ended.CancelAsync();
            await watch;
        }
    }

    private async Task WatchAsync(HttpContext context, AccessRule rule, CancellationTokenSource ended)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended.Token))
            {
                if (!MayStill(context, rule))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The answer has ended by itself, or its reader has gone.
        }
        finally
        {
            // Also when the settings cannot be read: who may not be known to have a right has none.
            await ended.CancelAsync();
        }
    }

    private bool MayStill(HttpContext context, AccessRule rule)
    {
        var caller = callers.Look(context);
        return caller.IsKnown && (rule.ProjectParameter is not { } parameter
            ? caller.CanAnywhere(rule.Right)
            : caller.Can(rule.Right, uint.Parse((string)context.Request.RouteValues[parameter]!, NumberStyles.None, CultureInfo.InvariantCulture)));
    }
}
