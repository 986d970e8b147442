using System.Net;

namespace Sightline.Server.Access;

/// <summary>Under which names the server answers people: with <c>--url</c> under that one, and on the machine itself; without it under any.</summary>
internal sealed class HostRule(ServeOptions options)
{
    private readonly string? _authority = options.PublicUrl is { } url ? new Uri(url).Authority : null;

    public bool IsOurs(HostString host) =>
        _authority is null
        || host.Value?.Equals(_authority, StringComparison.OrdinalIgnoreCase) == true
        || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
