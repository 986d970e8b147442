using System.Net;
using Sightline.Server.Cli.Serving;

namespace Sightline.Server.Cli.Doctor;

/// <summary>Whether what a server is told can be had on this machine, and fits together.</summary>
internal static class ConfigurationChecks
{
    /// <param name="read">What it is told.</param>
    /// <param name="isServed">The server runs, and has its ports itself.</param>
    public static IEnumerable<Finding> Run(ReadServeOptions read, bool isServed)
    {
        var options = read.Options;
        if (!isServed)
        {
            // An address that nobody has chosen may not be the one that is meant.
            var isChosen = read.Sources.Any(static source => source is { Name: "listen", Source: not "default" });
            foreach (var (address, fault) in ListenCheck.Faults(options))
            {
                yield return fault is null ? Finding.Ok("listen", $"{address} is free") : new Finding("listen", isChosen ? FindingState.Fail : FindingState.Warn, fault);
            }
        }

        var isBehindProxy = options.TlsCertificate is null && options.PublicUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;
        if (isBehindProxy && options.LocalAccess)
        {
            yield return Finding.Fail("proxy", "local-access is on, and url says that a proxy stands in front: whoever comes through a proxy on this machine sees all numbers without signing in");
        }
        else if (isBehindProxy && options.TrustedProxies.Count == 0)
        {
            yield return Finding.Fail("proxy", "url says that a proxy stands in front, and trusted-proxy believes nobody: all visitors will look like one");
        }
        else if (isBehindProxy && options.TrustedProxies.All(static network => IPAddress.IsLoopback(network.BaseAddress)) && options.Listen.Select(ListenAddress.Parse).Any(static address => !IPAddress.IsLoopback(address.Address)))
        {
            yield return Finding.Warn("proxy", "the server listens beyond this machine: if the proxy is another one, name its address in trusted-proxy, else all visitors look like one; if it is on this machine, listen on 127.0.0.1");
        }

        if (options.PublicUrl is null && options.TlsCertificate is null && options.Listen.Select(ListenAddress.Parse).Any(static address => !IPAddress.IsLoopback(address.Address)))
        {
            yield return Finding.Warn("tls", "pages and passwords go over the network in the clear: see TLS in docs/operating.md");
        }

        if (options.BackupTo is { } directory)
        {
            yield return Backups(Path.GetFullPath(directory));
        }
    }

    private static Finding Backups(string directory)
    {
        var there = directory;
        while (!Directory.Exists(there))
        {
            there = Path.GetDirectoryName(there)!;
        }

        try
        {
            var probe = Path.Combine(there, $".doctor-{Environment.ProcessId}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }

            return Finding.Ok("backups", there == directory ? directory : $"{directory} will be made");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail("backups", $"{directory} cannot be written by {Environment.UserName}: {e.Message}");
        }
    }
}
