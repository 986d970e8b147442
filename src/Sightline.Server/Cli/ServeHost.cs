using Sightline.Store.Settings;

namespace Sightline.Server.Cli;

/// <summary>Runs the server in this process until it is told to stop.</summary>
internal static class ServeHost
{
    public static async Task<int> RunAsync(ServeOptions options, CliContext context, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        await using var app = builder.Build();
        await app.RunAsync(cancellationToken);
        return ExitCode.Done;
    }
}
