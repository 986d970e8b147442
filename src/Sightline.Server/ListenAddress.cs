using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sightline.Server;

/// <summary>An address to listen on: <c>http://127.0.0.1:8600</c>, <c>https://[::]:443</c>, <c>http://*:8600</c>, <c>http://localhost:0</c>.</summary>
internal sealed record ListenAddress(IPAddress Address, int Port, bool IsTls = false)
{
    /// <exception cref="FormatException">With what is wrong, for people.</exception>
    public static ListenAddress Parse(string text)
    {
        // Uri knows no "*"; every address of both families is what people mean by it.
        var anyHost = text.Replace("://*", "://[::]", StringComparison.Ordinal).Replace("://+", "://[::]", StringComparison.Ordinal);
        if (!Uri.TryCreate(anyHost, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            throw new FormatException($"'{text}' is not an address to listen on; write http://HOST:PORT");
        }

        if (uri.AbsolutePath != "/" || uri.Query.Length > 0)
        {
            throw new FormatException($"'{text}' has a path; an address to listen on is http://HOST:PORT");
        }

        var (host, isTls) = (uri.DnsSafeHost, uri.Scheme == Uri.UriSchemeHttps);
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return new ListenAddress(IPAddress.Loopback, uri.Port, isTls);
        }

        return IPAddress.TryParse(host, out var address)
            ? new ListenAddress(address, uri.Port, isTls)
            : throw new FormatException($"'{text}' names a host; listen on one of this machine's IP addresses, on localhost, or on *");
    }

    /// <param name="kestrel">The web server.</param>
    /// <param name="certificate">For an address of https.</param>
    public void Listen(KestrelServerOptions kestrel, Tls.CertificateFile? certificate) => kestrel.Listen(Address, Port, listen =>
    {
        if (IsTls)
        {
            (certificate ?? throw new InvalidOperationException("an address of https needs --tls-cert and --tls-key")).Use(listen);
        }
    });
}
