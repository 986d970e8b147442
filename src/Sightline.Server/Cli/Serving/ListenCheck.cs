using System.Net;
using System.Net.Sockets;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli.Serving;

/// <summary>Whether the addresses to listen on can be had: a server that cannot have one tells of it by its stack, and by the last thing it tried.</summary>
internal static class ListenCheck
{
    /// <exception cref="SettingsException">One cannot be had.</exception>
    public static void Demand(ServeOptions options)
    {
        if (Faults(options).FirstOrDefault(static checkedOne => checkedOne.Fault is not null).Fault is { } fault)
        {
            throw new SettingsException(fault);
        }
    }

    /// <summary>Each address, and why it cannot be listened on now; <see langword="null"/>: it can.</summary>
    public static IEnumerable<(string Address, string? Fault)> Faults(ServeOptions options)
    {
        foreach (var address in options.Listen)
        {
            var wanted = ListenAddress.Parse(address);
            yield return (address, Fault(address, new IPEndPoint(wanted.Address, wanted.Port), ProtocolType.Tcp));
        }

        foreach (var (name, endPoints, datagrams) in ((string Name, IReadOnlyList<IPEndPoint> EndPoints, bool Datagrams)[])[
            ("statsd-listen", options.StatsdListen, true), ("statsd-admin", options.StatsdAdminListen, false), ("carbon-listen", options.CarbonListen, true), ("carbon-pickle-listen", options.CarbonPickleListen, false)])
        {
            foreach (var one in endPoints)
            {
                var address = $"{one} ({name})";
                yield return (address, Fault(address, one, ProtocolType.Tcp) ?? (datagrams ? Fault(address, one, ProtocolType.Udp) : null));
            }
        }
    }

    private static string? Fault(string address, IPEndPoint wanted, ProtocolType protocol)
    {
        try
        {
            using var socket = new Socket(wanted.AddressFamily, protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, protocol);
            if (wanted.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // As the web server does: every address of both families.
                socket.DualMode = true;
            }

            socket.Bind(wanted);
            return null;
        }
        catch (SocketException failure)
        {
            return $"cannot listen on {address}: " + failure.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"another program has port {wanted.Port}, maybe another Sightline; end it, or take another port, as in --listen http://127.0.0.1:8601",
                SocketError.AccessDenied => $"port {wanted.Port} is for privileged programs: take one above 1023 with nginx or Caddy in front, or give the right to it (AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit)",
                SocketError.AddressNotAvailable => "this machine has no such address; * listens on all it has",
                _ => failure.Message,
            };
        }
    }
}
