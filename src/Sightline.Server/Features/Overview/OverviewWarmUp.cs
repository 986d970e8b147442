using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Overview;

/// <summary>
/// Makes the first pages of some projects once the server listens, and throws them away: code is compiled, files are in memory and past days in the
/// cache before the first person looks.
/// </summary>
internal sealed partial class OverviewWarmUp(
    ProjectDirectory projects, OverviewService overview, IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, ILogger<OverviewWarmUp> logger) : BackgroundService
{
    private const int MostProjects = 4;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var whenStarted = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(stoppingToken);
            foreach (var project in projects.All.Take(MostProjects))
            {
                await RunAsync(project, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
        catch (QueryLimitException limit)
        {
            LogTooLarge(limit.Message);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // Nobody waits for it: the first person waits a little longer instead.
            LogFailed(e);
        }
    }

    private async Task RunAsync(Project project, CancellationToken stoppingToken)
    {
        var model = await overview.LoadAsync(project, new OverviewState { Project = project.Id }, "", mayWrite: false, stoppingToken);
        await using var scope = scopes.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("localhost");
        context.Request.Path = string.Create(CultureInfo.InvariantCulture, $"/projects/{project.Id}");
        context.Response.Body = Stream.Null;
        await new RazorComponentResult<OverviewPage>(new Dictionary<string, object?> { [nameof(OverviewPage.Model)] = model }).ExecuteAsync(context);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "no first page is made ahead: {Reason}")]
    private partial void LogTooLarge(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "cannot make a first page ahead")]
    private partial void LogFailed(Exception error);
}
