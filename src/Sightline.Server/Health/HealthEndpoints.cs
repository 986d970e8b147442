using Sightline.Log;
using Sightline.Server.Access;
using Sightline.Server.Features.SystemStatus;
using Sightline.Server.Receive.Carbon;
using Sightline.Server.Receive.StatsD;

namespace Sightline.Server.Health;

/// <summary><c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>: for load balancers, supervisors and Prometheus.</summary>
internal static class HealthEndpoints
{
    /// <summary>Failed attempts in a row after which the store counts as failing.</summary>
    private const int StoreFailing = 3;

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", () => Results.Text("ok")).AllowSupervisors();
        app.MapGet("/readyz", (DataPath path) => Answer(Readiness(path))).AllowSupervisors();
        app.MapGet("/metrics", (DataPath path, IServiceProvider services) =>
        {
            var text = new MetricsText();
            Tell(text, path, services);
            return Results.Text(text.ToString(), "text/plain; version=0.0.4; charset=utf-8");
        }).AllowSupervisors();
    }

    /// <summary>Everything the server tells of itself.</summary>
    public static void Tell(IMetricSink sink, DataPath path, IServiceProvider services)
    {
        OwnNumbers.Tell(sink, path, services.GetRequiredService<StatsdListener>().Statistics, services.GetRequiredService<CarbonListener>().Statistics);
        SystemEndpoints.Tell(sink, services);
    }

    /// <summary>Has every request for a page looked at for a proxy that is set up wrongly.</summary>
    public static void UseProxyWatch(this WebApplication app)
    {
        var watch = app.Services.GetRequiredService<ProxyWatch>();
        app.Use(next => context =>
        {
            watch.Look(context);
            return next(context);
        });
    }

    private static IResult Answer(string? failing) =>
        failing is null ? Results.Text("ok") : Results.Text(failing, statusCode: StatusCodes.Status503ServiceUnavailable);

    private static string? Readiness(DataPath path)
    {
        if (path.Gate.IsClosed)
        {
            return "stopping";
        }

        if (path.Feeder.ConsecutiveFailures >= StoreFailing)
        {
            return "store: writing fails; see the log";
        }

        if (path.Log.State == LogState.Failed)
        {
            return "log: writing fails; see the server's log";
        }

        return path.IsDiskLow || path.Log.State == LogState.DiskFull ? "disk: nearly full, nothing is taken in" : null;
    }
}
