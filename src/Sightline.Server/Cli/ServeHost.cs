using Sightline.Server.Settings;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli;

/// <summary>Runs the server in this process until it is told to stop.</summary>
internal static class ServeHost
{
    public static async Task<int> RunAsync(ServeOptions options, CliContext context, CancellationToken cancellationToken)
    {
        using var data = DataDirectory.Take(options.Data);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls([.. options.Listen]);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(context.Time);
        builder.Services.AddSingleton(SettingsDb.Open(options.Data, context.Time));
        builder.Services.AddSingleton<ProjectDirectory>();
        builder.Services.AddHostedService<SettingsWorker>();
        await using var app = builder.Build();
        await app.RunAsync(cancellationToken);
        return ExitCode.Done;
    }
}
