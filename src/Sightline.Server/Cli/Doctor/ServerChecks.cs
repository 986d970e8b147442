using System.Globalization;
using System.Net.Http.Json;
using Sightline.Server.Features.SystemStatus;

namespace Sightline.Server.Cli.Doctor;

/// <summary>The running server, or what it left: log and store.</summary>
internal static class ServerChecks
{
    /// <summary>A server that keeps up has no more than this waiting, bytes.</summary>
    private const double LargeGap = 256 * 1024 * 1024;

    public const string NotRunning = "not running";

    public static async Task<IReadOnlyList<Finding>> RunAsync(string data, TimeProvider time, CancellationToken cancellationToken)
    {
        using var client = ControlSocket.TryConnect(data);
        if (client is null)
        {
            return [Finding.Ok("server", NotRunning), .. StoppedChecks.Run(data, time)];
        }

        client.Timeout = TimeSpan.FromSeconds(10);
        try
        {
            using var ready = await client.GetAsync("readyz", cancellationToken);
            var text = await ready.Content.ReadAsStringAsync(cancellationToken);
            var server = ready.IsSuccessStatusCode ? Finding.Ok("server", "running and ready") : Finding.Fail("server", $"running, but not ready: {text.Trim()}");
            var warnings = await client.GetFromJsonAsync<List<SystemWarning>>(SystemEndpoints.WarningsPath.TrimStart('/'), cancellationToken) ?? [];
            return [server, Gap(await client.GetStringAsync("metrics", cancellationToken)), .. warnings.Select(static warning => warning.IsBad ? Finding.Fail("system", warning.Text) : Finding.Warn("system", warning.Text))];
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return [Finding.Fail("server", $"does not answer on its control socket: {e.Message}")];
        }
    }

    /// <param name="metrics">Answer of <c>/metrics</c>.</param>
    public static Finding Gap(string metrics)
    {
        const string Name = "sightline_log_gap_bytes ";
        var line = metrics.Split('\n').FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal));
        return !double.TryParse(line?[Name.Length..], CultureInfo.InvariantCulture, out var gap)
            ? Finding.Warn("log gap", "the server does not tell")
            : gap > LargeGap
                ? Finding.Warn("log gap", string.Create(CultureInfo.InvariantCulture, $"{gap / (1 << 20):0} MiB acknowledged and not yet stored: the store is behind"))
                : Finding.Ok("log gap", string.Create(CultureInfo.InvariantCulture, $"{gap:0} bytes acknowledged and not yet stored"));
    }
}
