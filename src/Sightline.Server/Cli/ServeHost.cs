using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Sightline.Server.Features.Accounts;

namespace Sightline.Server.Cli;

/// <summary>Runs the server in this process until it is told to stop.</summary>
internal static class ServeHost
{
    public static async Task<int> RunAsync(ServeOptions options, CliContext context, CancellationToken cancellationToken)
    {
        await using var app = ServerApp.Build(options, context.Time);
        // Opened here and not by the host, which would tell of a failure by its stack.
        app.Services.GetRequiredService<DataPath>();
        await app.StartAsync(cancellationToken);
        foreach (var address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
        {
            if (!address.Contains("unix:", StringComparison.Ordinal))
            {
                await context.Output.WriteLineAsync($"Sightline listens on {address}");
            }
        }

        await app.Services.GetRequiredService<FirstOwner>().TellAsync(context.Output);
        await context.Output.FlushAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
        return Environment.ExitCode;
    }
}
