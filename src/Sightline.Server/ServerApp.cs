using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sightline.Server.Access;
using Sightline.Server.Backup;
using Sightline.Server.Cli.Asking;
using Sightline.Server.Features.Accounts;
using Sightline.Server.Features.ApiDocument;
using Sightline.Server.Features.Dashboards;
using Sightline.Server.Features.Dropped;
using Sightline.Server.Features.Erase;
using Sightline.Server.Features.Explorer;
using Sightline.Server.Features.Goals;
using Sightline.Server.Features.Graphite;
using Sightline.Server.Features.Imports;
using Sightline.Server.Features.Keeping;
using Sightline.Server.Features.Overview;
using Sightline.Server.Features.People;
using Sightline.Server.Features.Projects;
using Sightline.Server.Features.Realtime;
using Sightline.Server.Features.Segments;
using Sightline.Server.Features.Settings;
using Sightline.Server.Features.Setup;
using Sightline.Server.Features.Sharing;
using Sightline.Server.Features.SystemStatus;
using Sightline.Server.Health;
using Sightline.Server.Import;
using Sightline.Server.Query;
using Sightline.Server.Receive;
using Sightline.Server.Receive.EventApi;
using Sightline.Server.Receive.Lines;
using Sightline.Server.Receive.Matomo;
using Sightline.Server.Settings;
using Sightline.Server.Show;
using Sightline.Server.Tls;

namespace Sightline.Server;

/// <summary>The server: what it is made of, in order, and nothing else.</summary>
internal static class ServerApp
{
    /// <summary>Takes the data directory, opens the data path in it and builds the host; nothing listens before <c>StartAsync</c>.</summary>
    /// <exception cref="DataDirectoryInUseException">Another process serves the directory.</exception>
    public static WebApplication Build(ServeOptions options, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var directory = DataDirectory.Take(options.Data);
        var opening = new DataPathOpening(directory, options, time);
        WebApplication? app = null;
        try
        {
            app = NewBuilder(directory, options, time, opening).Build();
            Use(app, options);
            return app;
        }
        catch
        {
            // A disk that is full now may have room later: whoever tries again must not meet what this attempt holds.
            app?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            opening.Dispose();
            directory.Dispose();
            throw;
        }
    }

    private static WebApplicationBuilder NewBuilder(DataDirectory directory, ServeOptions options, TimeProvider time, DataPathOpening opening)
    {
        // The working directory is none of ours: the framework would look for settings in it and watch every file under it, the log's among them.
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.AddSightlineLogging(options);
        var certificate = builder.AddTls(options);
        builder.WebHost.ConfigureKestrel(kestrel => ConfigureKestrel(kestrel, options, certificate));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout + TimeSpan.FromSeconds(10));

        builder.AddDataPath(directory, options, time, opening);
        builder.Services.AddHostedService<SettingsWorker>();
        builder.Services.AddHostedService<StoreKeeper>();
        builder.Services.AddMatomo();
        builder.Services.AddMetricListeners();
        builder.Services.AddHostedService<OwnMetrics>();
        builder.Services.AddSingleton<ImportDesk>();
        builder.Services.AddQuery(MachineMemory.OfThisOne().ForQueries(new QueryOptions { Timeout = options.QueryTimeout, GoodFor = options.AnswersGoodFor }));
        builder.Services.AddSingleton<IStatsSource, QueryServiceStats>();
        builder.Services.AddOverview();
        builder.Services.AddHostedService<OverviewWarmUp>();
        builder.Services.AddRealtime();
        builder.Services.AddGoals();
        builder.Services.AddGraphite();
        builder.Services.AddExplorer();
        builder.Services.AddKeeping();
        builder.Services.AddDashboards();
        builder.Services.AddSingleton<DroppedService>();
        builder.Services.AddAccounts(options);
        builder.Services.AddSetup();
        builder.Services.AddPeople();
        builder.Services.AddProjectSettings();
        builder.Services.AddSharing();
        builder.Services.AddImports();
        builder.Services.AddSingleton<EraseService>();
        builder.Services.AddBackup();
        builder.Services.AddSingleton<ProxyWatch>();
        builder.Services.AddSystem();
        builder.Services.ReadKeysWhenNeeded();
        return builder;
    }

    private static void Use(WebApplication app, ServeOptions options)
    {
        app.UseBrokenRequests();
        app.UseTls(options);
        app.UseProxyWatch();
        app.UseErrorPages();
        app.UseAccess();
        ControlSocket.ProtectWhenStarted(app, options.Data);
        app.MapHealth();
        app.MapTracker();
        EventApiEndpoint.Map(app);
        app.MapMatomo();
        app.MapImports();
        app.MapQuery();
        app.MapQueryControl();
        app.MapProjects();
        app.MapSegments();
        app.MapOverview();
        app.MapRealtime();
        app.MapGoals();
        app.MapGraphite();
        app.MapExplorer();
        app.MapKeeping();
        app.MapDashboards();
        app.MapDropped();
        app.MapAccounts();
        app.MapSetup();
        app.MapPeople();
        app.MapProjectSettings();
        app.MapSharing();
        app.MapImportPages();
        app.MapShared();
        app.MapErase();
        app.MapBackup();
        app.MapSystem();
        app.MapApiDocument();
    }

    private static void ConfigureKestrel(KestrelServerOptions kestrel, ServeOptions options, CertificateFile? certificate)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 64L * 1024 * 1024;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        // A client that trickles its request holds a connection, never a thread; after this it does not even hold that.
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
        kestrel.Limits.MaxRequestLineSize = 64 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 96 * 1024;
        foreach (var address in options.Listen)
        {
            ListenAddress.Parse(address).Listen(kestrel, certificate);
        }

        ControlSocket.Listen(kestrel, options.Data);
    }
}
