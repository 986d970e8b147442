using System.Net;

namespace Sightline.Server.Receive;

/// <summary>
/// Finds the visitor's address. <c>X-Forwarded-For</c> is believed only as far as trusted proxies wrote it: read from its end, the
/// first address that is no trusted proxy is the visitor's. Anybody can send the header; only a proxy's own entry means something.
/// </summary>
public sealed class ClientAddress
{
    private readonly IPNetwork[] _trusted;

    /// <param name="trustedProxies">Addresses and CIDR ranges; <see cref="Parse"/> reads them.</param>
    public ClientAddress(IEnumerable<IPNetwork> trustedProxies) => _trusted = [.. trustedProxies];

    /// <summary>An address or a range.</summary>
    /// <exception cref="FormatException">Neither.</exception>
    public static IPNetwork Parse(string text)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out var address)
            ? new IPNetwork(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128)
            : throw new FormatException($"'{text}' is neither an IP address nor a CIDR range");
    }

    /// <summary><see langword="null"/> for connections that have no address (a Unix socket) and name none.</summary>
    public IPAddress? Of(HttpContext context)
    {
        var address = Plain(context.Connection.RemoteIpAddress);
        if (address is not null && !IsTrusted(address))
        {
            return address;
        }

        var forwarded = context.Request.Headers["X-Forwarded-For"];
        for (var line = forwarded.Count - 1; line >= 0; line--)
        {
            var rest = forwarded[line].AsSpan();
            while (!rest.IsEmpty)
            {
                var comma = rest.LastIndexOf(',');
                var entry = rest[(comma + 1)..].Trim();
                rest = comma < 0 ? default : rest[..comma];
                if (!TryParseEntry(entry, out var hop))
                {
                    // What stands before an unreadable entry cannot be trusted either.
                    return address;
                }

                address = hop;
                if (!IsTrusted(hop))
                {
                    return hop;
                }
            }
        }

        return address;
    }

    // Entries may carry a port: "192.0.2.1:4711", "[2001:db8::1]:4711".
    private static bool TryParseEntry(ReadOnlySpan<char> entry, out IPAddress address)
    {
        address = IPAddress.None;
        if (entry.StartsWith("["))
        {
            var close = entry.IndexOf(']');
            entry = close < 0 ? default : entry[1..close];
        }
        else if (entry.IndexOf(':') is var colon && colon >= 0 && colon == entry.LastIndexOf(':'))
        {
            entry = entry[..colon];
        }

        if (!IPAddress.TryParse(entry, out var parsed))
        {
            return false;
        }

        address = Plain(parsed)!;
        return true;
    }

    /// <summary>A proxy whose word is believed.</summary>
    internal bool IsTrusted(IPAddress address)
    {
        foreach (var network in _trusted)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
