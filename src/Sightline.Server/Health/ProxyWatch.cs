using System.Net;
using System.Net.Sockets;
using Sightline.Server.Receive;

namespace Sightline.Server.Health;

/// <summary>
/// Notices a proxy that is set up so that visitors' addresses are lost: all visitors would be one, at the proxy's place. It looks at what people
/// ask for, not at events, which come the same way.
/// </summary>
internal sealed class ProxyWatch(ServeOptions options, ClientAddress clientAddress, TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly string? _behind = options.PublicUrl is { } url && options.TlsCertificate is null && new Uri(url) is { Scheme: "https" } address ? address.Authority : null;
    private Seen? _untrusted;
    private Seen? _silent;

    public void Look(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } peer)
        {
            return;
        }

        peer = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        var names = context.Request.Headers.ContainsKey("X-Forwarded-For");
        if (names && !clientAddress.IsTrusted(peer) && IsNear(peer))
        {
            _untrusted = new Seen(peer, time.GetTimestamp());
        }
        else if (!names && clientAddress.IsTrusted(peer) && _behind is not null && context.Request.Host.Value?.Equals(_behind, StringComparison.OrdinalIgnoreCase) == true)
        {
            _silent = new Seen(peer, time.GetTimestamp());
        }
    }

    /// <summary>What is wrong, for the operator.</summary>
    public IEnumerable<string> Faults()
    {
        if (_untrusted is { } untrusted && time.GetElapsedTime(untrusted.At) < Remembered)
        {
            yield return $"Requests come through {untrusted.Peer}, which names the visitors' addresses but is not trusted, so all visitors look like one. If that is your proxy, set trusted-proxy = {untrusted.Peer}.";
        }

        if (_silent is { } silent && time.GetElapsedTime(silent.At) < Remembered)
        {
            yield return $"The proxy at {silent.Peer} does not say whom requests come from, so all visitors look like one. Have it send X-Forwarded-For, as packaging/nginx.conf does.";
        }
    }

    /// <summary>A proxy stands on the same network; anybody farther away who sends the header is only trying.</summary>
    private static bool IsNear(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.GetAddressBytes() is [10, ..] or [127, ..] or [192, 168, ..] or [172, >= 16 and < 32, ..] or [100, >= 64 and < 128, ..] or [169, 254, ..]
        : IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal;

    private sealed record Seen(IPAddress Peer, long At);
}
