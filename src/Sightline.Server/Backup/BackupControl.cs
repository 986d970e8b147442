using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Features;

namespace Sightline.Server.Backup;

/// <summary>One line of the answer: how far it is, or, in the last, how it ended.</summary>
internal sealed record BackupLine(BackupTick? Tick, BackupManifest? Made, string? Fault);

/// <summary>The running server's side of <c>sightline backup</c>: lines of JSON over the control socket, the last of which tells the end.</summary>
internal static class BackupControl
{
    public const string Path = "/control/backup";

    /// <summary>A person looks at it, not a program.</summary>
    private const int TicksPerSecond = 8;

    public static void AddBackup(this IServiceCollection services)
    {
        services.AddSingleton<BackupDesk>();
        services.AddSingleton<BackupSchedule>();
        services.AddHostedService(provider => provider.GetRequiredService<BackupSchedule>());
    }

    public static void MapBackup(this IEndpointRouteBuilder app) => app.MapPost(Path, AnswerAsync).RequireControlSocket();

    private static async Task AnswerAsync(HttpContext context, string to, int keep, BackupDesk desk, TimeProvider time)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "application/x-ndjson";
        var lines = Channel.CreateUnbounded<BackupLine>(new UnboundedChannelOptions { SingleReader = true });
        var work = Task.Run(() => Work(to, keep, desk, time, lines.Writer, context.RequestAborted));
        while (await lines.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (lines.Reader.TryRead(out var line))
            {
                await JsonSerializer.SerializeAsync(context.Response.Body, line);
                await context.Response.WriteAsync("\n");
                await context.Response.Body.FlushAsync();
            }
        }

        await work;
    }

    private static void Work(string to, int keep, BackupDesk desk, TimeProvider time, ChannelWriter<BackupLine> lines, CancellationToken cancel)
    {
        var told = time.GetTimestamp();
        try
        {
            var made = desk.Run(to, keep, isScheduled: false, tick =>
            {
                if (time.GetElapsedTime(told) > TimeSpan.FromSeconds(1.0 / TicksPerSecond))
                {
                    told = time.GetTimestamp();
                    lines.TryWrite(new BackupLine(tick, null, null));
                }
            }, cancel);
            lines.TryWrite(new BackupLine(null, made, null));
        }
        catch (BackupException failure)
        {
            lines.TryWrite(new BackupLine(null, null, failure.Message));
        }
        catch (OperationCanceledException)
        {
            // Who asked is gone, and nothing was left of the backup.
        }
        finally
        {
            lines.Complete();
        }
    }
}
