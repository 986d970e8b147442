namespace Sightline.Server.Features.Accounts;

/// <summary>
/// Where passkeys work. Browsers bind each to a host name and use it on https only, or on <c>http://localhost</c>; which name is ours says
/// <c>--url</c>, never the request, whose <c>Host</c> anybody may write.
/// </summary>
internal sealed class PasskeyPlace(ServeOptions options)
{
    private const string Local = "localhost";

    private readonly Uri? _url = options.PublicUrl is { } url ? new Uri(url) : null;

    /// <summary>The relying party's id: the host name that passkeys are bound to.</summary>
    public string Domain => _url?.Host ?? Local;

    /// <summary>Why passkeys do not work on the page that was asked for, in a sentence; <see langword="null"/>: they do.</summary>
    public string? Obstacle(HttpContext context)
    {
        var host = context.Request.Host;
        if (_url is null)
        {
            return host.Host.Equals(Local, StringComparison.OrdinalIgnoreCase) ? null
                : "Passkeys need an address with https that this server knows as its own. Whoever runs it starts it with --url https://… .";
        }

        return _url.HostNameType != UriHostNameType.Dns ? $"Passkeys need a host name, and this server's address is {options.PublicUrl}."
            : _url.Scheme != Uri.UriSchemeHttps && !_url.Host.Equals(Local, StringComparison.OrdinalIgnoreCase) ? $"Passkeys need https, and this server's address is {options.PublicUrl}."
            : host.Value?.Equals(_url.Authority, StringComparison.OrdinalIgnoreCase) != true ? $"Passkeys work under this server's own address only: {options.PublicUrl}."
            : null;
    }

    /// <summary>The origin a browser signs is that of our own pages.</summary>
    public bool IsOurs(string origin, HttpContext context) =>
        origin == (_url?.GetLeftPart(UriPartial.Authority) ?? $"{context.Request.Scheme}://{context.Request.Host}") && Obstacle(context) is null;
}
