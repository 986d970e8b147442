using System.Net;
using System.Net.Sockets;

namespace Sightline.Server.Outgoing;

/// <summary>The server asked for an address it must not reach.</summary>
internal sealed class PrivateAddressException(string message) : Exception(message);

/// <summary>
/// Requests that people make the server send: site checks now, webhooks and probes later. They reach the public internet only, unless
/// <see cref="ServeOptions.PrivateRequests"/> is on. The check is made on the address that is connected to, so neither a redirect nor a
/// name that changes its address gets around it.
/// </summary>
internal sealed class OutgoingHttp : IDisposable
{
    private readonly bool _privateAllowed;

    public OutgoingHttp(ServeOptions options)
    {
        _privateAllowed = options.PrivateRequests;
        Client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            UseProxy = false,
            UseCookies = false,
            Credentials = null,
            MaxAutomaticRedirections = 5,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 64,
        })
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = 1024 * 1024,
            DefaultRequestHeaders = { { "User-Agent", "Sightline site check" } },
        };
    }

    public HttpClient Client { get; }

    public void Dispose() => Client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = _privateAllowed ? addresses : Array.FindAll(addresses, PublicAddress.IsPublic);
        if (allowed.Length == 0)
        {
            throw new PrivateAddressException($"{context.DnsEndPoint.Host} is not an address of the public internet");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
