using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Sightline.Server.Receive;
using Sightline.Store.Settings;

namespace Sightline.Server.Show;

/// <summary>
/// Who may see a page: who shows a token with scope read, and, when <see cref="ServeOptions.LocalAccess"/> is on, a browser on this machine.
/// </summary>
internal sealed class PageAccess(ServeOptions options, ProjectDirectory projects)
{
    private static readonly string[] ForwardingHeaders =
        ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via", "CF-Connecting-IP", "True-Client-IP"];

    private readonly ClientAddress _clientAddress = new(options.TrustedProxies);

    /// <param name="context">The request.</param>
    /// <param name="project">The project wanted; <see langword="null"/>: the list of all, of which each caller sees its own.</param>
    public PageVerdict Judge(HttpContext context, uint? project)
    {
        if (AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var given))
        {
            // Who shows a token is judged by it alone, wherever the request comes from.
            return Secret(given) is { } secret && projects.FindToken(secret) is { } grant && grant.AllowsAnywhere(TokenScopes.Read)
                ? project is null || grant.Allows(TokenScopes.Read, project.Value) ? new PageVerdict(true, grant.Project) : new PageVerdict(false, grant.Project)
                : PageVerdict.Unknown;
        }

        return ControlSocket.IsControl(context) || (options.LocalAccess && IsLocal(context)) ? new PageVerdict(true, null) : PageVerdict.Unknown;
    }

    /// <summary>What the token the caller shows allows; <see langword="null"/>: none is shown, or it is not valid.</summary>
    public TokenGrant? TokenOf(HttpContext context) =>
        AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var given) && Secret(given) is { } secret ? projects.FindToken(secret) : null;

    /// <summary>
    /// The connection comes from this machine, and so does the request: no proxy has passed it on, and the browser's user typed a local
    /// address (a page elsewhere whose name was made to point here, DNS rebinding, shows in Host).
    /// </summary>
    internal bool IsLocal(HttpContext context)
    {
        var request = context.Request;
        return context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
            && _clientAddress.Of(context) is { } client && IPAddress.IsLoopback(client)
            // Browsers speak at least 1.1; HTTP/1.0 is how a proxy left at its defaults (nginx) speaks.
            && request.Protocol != HttpProtocol.Http10
            && !Array.Exists(ForwardingHeaders, request.Headers.ContainsKey)
            && IsLocalName(request.Host.Host);
    }

    private static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string? Secret(AuthenticationHeaderValue given)
    {
        if (given.Parameter is not { Length: > 0 and < 1024 } parameter)
        {
            return null;
        }

        if (given.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return parameter.Trim();
        }

        var bytes = new byte[parameter.Length];
        if (!given.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || !Convert.TryFromBase64String(parameter, bytes, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(bytes.AsSpan(0, length));
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }
}

/// <summary>Whether a page may be shown.</summary>
/// <param name="Allowed">It may.</param>
/// <param name="Only">The only project the caller may see; <see langword="null"/>: all.</param>
/// <param name="IsKnown">The caller showed who it is; what it may not see does not exist for it.</param>
internal readonly record struct PageVerdict(bool Allowed, uint? Only, bool IsKnown = true)
{
    public static readonly PageVerdict Unknown = new(false, null, false);
}
