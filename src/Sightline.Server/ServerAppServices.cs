using Sightline.Server.Receive;
using Sightline.Server.Settings;

namespace Sightline.Server;

/// <summary>What <see cref="ServerApp"/> is put together from.</summary>
internal static class ServerAppServices
{
    public static void AddSightlineLogging(this WebApplicationBuilder builder, ServeOptions options)
    {
        builder.Logging.ClearProviders();
        if (options.LogJson)
        {
            builder.Logging.AddJsonConsole(console => console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ");
        }
        else
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                console.UseUtcTimestamp = true;
            });
        }

        // Standard output belongs to what a verb answers; logs go beside it.
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(options.LogLevel);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // While anything listens to it, the host makes an activity and a scope for every request. What fails in a request Kestrel logs.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // Says at each start that the keys in the closed data directory are not encrypted: true, and said in docs/security.md.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // A form without its token is answered; a line for each could be sent by anybody, without end.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);
    }

    /// <summary>
    /// The data path and its parts, for endpoints and pages. The worker is the first hosted service to start, so a fault of any part ends
    /// the start before anything listens.
    /// </summary>
    public static void AddDataPath(this WebApplicationBuilder builder, DataDirectory directory, ServeOptions options, TimeProvider time, DataPathOpening opening)
    {
        // From a factory, so that the host disposes it, after the data path.
        builder.Services.AddSingleton(_ => directory);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(services => new DataPath(services.GetRequiredService<DataDirectory>(), options, time, services.GetRequiredService<ILoggerFactory>(), opening));
        builder.Services.AddSingleton(services => services.GetRequiredService<DataPath>().Gate);
        builder.Services.AddSingleton(services => services.GetRequiredService<DataPath>().Projects);
        builder.Services.AddSingleton(services => services.GetRequiredService<DataPath>().Settings);
        builder.Services.AddSingleton(services => services.GetRequiredService<DataPath>().Store);
        builder.Services.AddSingleton(services => services.GetRequiredService<DataPath>().ClientAddress);
        builder.Services.AddSingleton(services => services.GetRequiredService<DataPath>().Counters);
        builder.Services.AddSingleton(services => services.GetRequiredService<DataPath>().Log);
        builder.Services.AddHostedService<DataPathWorker>();
    }
}
