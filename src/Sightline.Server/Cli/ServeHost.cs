using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Sightline.Server.Features.Accounts;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli;

/// <summary>
/// Runs the server in this process until it is told to stop. When the store's engine fails for good, as it does when the disk fills while it
/// checkpoints, everything is closed and opened anew: what was acknowledged and not stored is in the log.
/// </summary>
internal static class ServeHost
{
    /// <summary>A broken file would have it go round and round. After so many failures in a row whoever supervises the process shall see it end.</summary>
    private const int MaxFailures = 5;

    /// <summary>A run that lasted so long is no failure in a row.</summary>
    private static readonly TimeSpan GoodRun = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    /// <param name="options">What to serve.</param>
    /// <param name="context">The world.</param>
    /// <param name="cancellationToken">Told to stop.</param>
    /// <param name="built">Told of each server before it starts, for tests that have the engine fail.</param>
    public static async Task<int> RunAsync(ServeOptions options, CliContext context, CancellationToken cancellationToken, Action<WebApplication>? built = null)
    {
        // The engine's library is large: it is loaded while the host is put together.
        _ = Task.Run(static () => EventStore.EngineVersion, CancellationToken.None);
        var failures = 0;
        string? fault = null;
        while (true)
        {
            var began = context.Time.GetTimestamp();
            try
            {
                if (!await ServeAsync(options, context, built, cancellationToken))
                {
                    return ExitCode.Done;
                }

                failures = context.Time.GetElapsedTime(began) < GoodRun ? failures + 1 : 1;
            }
            catch (Exception exception) when (failures > 0 && exception is (DataPathException or SettingsException or IOException))
            {
                if (fault != exception.Message)
                {
                    await context.Error.WriteLineAsync($"sightline: the store cannot be opened anew yet: {fault = exception.Message}");
                }

                // Room is waited for however long it takes.
                failures += DataPathException.IsDiskFull(options.Data) ? 0 : 1;
            }

            if (failures > MaxFailures || OpenFiles.Has(Path.Combine(options.Data, "store", "main.duckdb")))
            {
                await context.Error.WriteLineAsync("sightline: the store cannot be opened anew in this process; nothing acknowledged is lost");
                return ExitCode.Failed;
            }

            if (await Task.WhenAny(Task.Delay(failures > 1 || fault is not null ? AgainAfter : TimeSpan.Zero, context.Time, cancellationToken)) is { IsCanceled: true })
            {
                return ExitCode.Done;
            }
        }
    }

    /// <returns>Whether it ended because the engine failed.</returns>
    private static async Task<bool> ServeAsync(ServeOptions options, CliContext context, Action<WebApplication>? built, CancellationToken cancellationToken)
    {
        await using var app = ServerApp.Build(options, context.Time);
        built?.Invoke(app);
        // Opened here and not by the host, which would tell of a failure by its stack.
        var path = app.Services.GetRequiredService<DataPath>();
        Serving.ListenCheck.Demand(options);
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
        try
        {
            await app.WaitForShutdownAsync(cancellationToken);
        }
        catch (Exception exception) when (path.Engine.HasFailed)
        {
            // A part that asked the engine for something last.
            await context.Error.WriteLineAsync($"sightline: while closing: {exception.Message}");
        }

        return path.Engine.HasFailed && !cancellationToken.IsCancellationRequested;
    }
}
