using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sightline.Server.Access;

namespace Sightline.Server;

/// <summary>
/// The Unix socket in the data directory through which the command line talks to a running server. Who may open it (the directory's owner)
/// may do everything; routes marked with <see cref="RequireControlSocket"/> answer nowhere else.
/// </summary>
internal static class ControlSocket
{
    /// <summary>sockaddr_un holds 108 bytes, the last of them zero.</summary>
    private const int LongestPath = 107;

    public static void Listen(KestrelServerOptions kestrel, string dataDirectory)
    {
        var path = DataDirectory.ControlSocketOf(dataDirectory);
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            throw new InvalidOperationException($"the data directory's path is too long for a socket in it: {path} has more than {LongestPath} bytes");
        }

        // Left by a server that was killed; the directory's lock is ours, so nobody listens there.
        File.Delete(path);
        kestrel.ListenUnixSocket(path);
    }

    /// <summary>Only the owner may connect. The directory itself is closed to others from its creation on.</summary>
    public static void ProtectWhenStarted(WebApplication app, string dataDirectory) =>
        app.Lifetime.ApplicationStarted.Register(() =>
            File.SetUnixFileMode(DataDirectory.ControlSocketOf(dataDirectory), UnixFileMode.UserRead | UnixFileMode.UserWrite));

    public static TBuilder RequireControlSocket<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessRule(AccessKind.ControlSocket)).AddEndpointFilter(async (context, next) => IsControl(context.HttpContext) ? await next(context) : Results.NotFound());

    /// <summary>The request came in by the control socket.</summary>
    public static bool IsControl(HttpContext context) =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket.AddressFamily == AddressFamily.Unix;

    /// <summary>A client that talks to the server of <paramref name="dataDirectory"/>, or <see langword="null"/> when none runs there.</summary>
    public static HttpClient? TryConnect(string dataDirectory)
    {
        var path = DataDirectory.ControlSocketOf(dataDirectory);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            return null;
        }

        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri("http://control/"), Timeout = Timeout.InfiniteTimeSpan };
    }
}
