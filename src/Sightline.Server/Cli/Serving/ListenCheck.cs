using System.Net.Sockets;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli.Serving;

/// <summary>Whether the addresses to listen on can be had: a web server that cannot have one tells of it by its stack, and by the last thing it tried.</summary>
internal static class ListenCheck
{
    /// <exception cref="SettingsException">One cannot be had.</exception>
    public static void Demand(IEnumerable<string> addresses)
    {
        foreach (var address in addresses)
        {
            if (Fault(address) is { } fault)
            {
                throw new SettingsException(fault);
            }
        }
    }

    /// <summary>Why an address cannot be listened on now; <see langword="null"/>: it can.</summary>
    public static string? Fault(string address)
    {
        var wanted = ListenAddress.Parse(address);
        try
        {
            using var socket = new Socket(wanted.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (wanted.Address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // As the web server does: every address of both families.
                socket.DualMode = true;
            }

            socket.Bind(new System.Net.IPEndPoint(wanted.Address, wanted.Port));
            return null;
        }
        catch (SocketException failure)
        {
            return $"cannot listen on {address}: " + failure.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"another program has port {wanted.Port}, maybe another Sightline; end it, or take another port, as in listen = http://127.0.0.1:8601",
                SocketError.AccessDenied => $"port {wanted.Port} is for privileged programs: take one above 1023 with nginx or Caddy in front, or give the right to it (AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit)",
                SocketError.AddressNotAvailable => "this machine has no such address; * listens on all it has",
                _ => failure.Message,
            };
        }
    }
}
