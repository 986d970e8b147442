using System.Globalization;
using Sightline.Server.Access;
using Sightline.Server.Backup;
using Sightline.Server.Features.Graphite;
using Sightline.Server.Health;
using Sightline.Server.Query;
using Sightline.Server.Show;
using Sightline.Server.Tls;

namespace Sightline.Server.Features.SystemStatus;

/// <summary><c>/system</c>: how the server is. Its numbers are in <c>/metrics</c>, too.</summary>
internal static class SystemEndpoints
{
    /// <summary>What the page warns of, for <c>doctor</c>.</summary>
    public const string WarningsPath = "/control/warnings";

    public static void AddSystem(this IServiceCollection services)
    {
        services.AddSingleton<SystemSampler>();
        services.AddHostedService(provider => provider.GetRequiredService<SystemSampler>());
        services.AddSingleton<SystemWarnings>();
        services.AddSingleton<SystemService>();
        services.AddSingleton<QueryJournal>();
    }

    public static void MapSystem(this WebApplication app)
    {
        app.Services.GetRequiredService<QueryService>().Answered = app.Services.GetRequiredService<QueryJournal>().Add;
        app.MapGet("/system", async (HttpContext context, SystemService system) => PageResult.Page<SystemPage>(context, new()
        {
            // Counting rows blocks: not on the threads that serve requests.
            [nameof(SystemPage.Model)] = await Task.Run(system.Now),
        })).RequireRight(Right.RunServer);
        app.MapGet(WarningsPath, (SystemWarnings warnings) => Results.Json(warnings.Now())).RequireControlSocket();
    }

    /// <summary>The operator's numbers for <c>/metrics</c>.</summary>
    public static void Tell(IMetricSink text, IServiceProvider services)
    {
        var (options, journal, backups, time) = (
            services.GetRequiredService<ServeOptions>(), services.GetRequiredService<QueryJournal>(), services.GetRequiredService<BackupDesk>(), services.GetRequiredService<TimeProvider>());
        text.One("sightline_disk_free_bytes", "gauge", "Free space of the data directory's disk.", new DriveInfo(options.Data).AvailableFreeSpace);
        text.One("sightline_queries_total", "counter", "Queries answered.", journal.Answered);
        text.One("sightline_queries_cached_total", "counter", "Queries answered without asking the engine.", journal.FromCache);
        text.One("sightline_queries_slow_total", "counter", string.Create(CultureInfo.InvariantCulture, $"Groups of queries that took over {QueryJournal.SlowMs} ms."), journal.SlowCount);
        var turns = services.GetRequiredService<MetricTurns>();
        text.One("sightline_metric_questions_waiting", "gauge", "Heavy metric questions that wait for others.", turns.Waiting);
        text.One("sightline_metric_questions_refused_total", "counter", "Metric questions refused because too many others were being computed.", turns.Refused);
        text.One("sightline_backups_total", "counter", "Backups made since start.", backups.Done);
        text.One("sightline_backup_failures_total", "counter", "Backups that failed since start.", backups.Failed);
        if (options.BackupTo is { } directory && BackupSchedule.Newest(directory) is { } newest)
        {
            text.One("sightline_backup_age_seconds", "gauge", "Age of the newest backup of the schedule.", (time.GetUtcNow() - newest).TotalSeconds);
        }

        if (services.GetService<CertificateFile>() is { } certificate)
        {
            text.One("sightline_certificate_expires_seconds", "gauge", "Time until the certificate ends.", (certificate.Expires - time.GetUtcNow()).TotalSeconds);
        }
    }
}
