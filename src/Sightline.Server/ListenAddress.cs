using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sightline.Server;

/// <summary>An address to listen on: <c>http://127.0.0.1:8600</c>, <c>http://[::]:80</c>, <c>http://*:8600</c>, <c>http://localhost:0</c>.</summary>
internal sealed record ListenAddress(IPAddress Address, int Port)
{
    /// <exception cref="FormatException">With what is wrong, for people.</exception>
    public static ListenAddress Parse(string text)
    {
        // Uri knows no "*"; every address of both families is what people mean by it.
        var anyHost = text.Replace("://*", "://[::]", StringComparison.Ordinal).Replace("://+", "://[::]", StringComparison.Ordinal);
        if (!Uri.TryCreate(anyHost, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp)
        {
            throw new FormatException($"'{text}' is not an address to listen on; write http://HOST:PORT");
        }

        if (uri.AbsolutePath != "/" || uri.Query.Length > 0)
        {
            throw new FormatException($"'{text}' has a path; an address to listen on is http://HOST:PORT");
        }

        var host = uri.DnsSafeHost;
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return new ListenAddress(IPAddress.Loopback, uri.Port);
        }

        return IPAddress.TryParse(host, out var address)
            ? new ListenAddress(address, uri.Port)
            : throw new FormatException($"'{text}' names a host; listen on one of this machine's IP addresses, on localhost, or on *");
    }

    public void Listen(KestrelServerOptions kestrel) => kestrel.Listen(Address, Port);
}
