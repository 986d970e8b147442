using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Sightline.Server.Receive;
using Sightline.Store.Settings;

namespace Sightline.Server.Access;

/// <summary>Finds out who makes a request.</summary>
internal sealed class CallerReader(ServeOptions options, ProjectDirectory projects, SessionCookie cookie)
{
    private static readonly string[] ForwardingHeaders =
        ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via", "CF-Connecting-IP", "True-Client-IP"];

    private readonly ClientAddress _clientAddress = new(options.TrustedProxies);

    /// <summary>As <see cref="Read"/>; a token that is not known may have been added by another process a moment ago, so the settings are looked at again.</summary>
    public async ValueTask<Caller> ReadAsync(HttpContext context)
    {
        var caller = Read(context);
        if (caller.IsKnown || context.Request.Headers.Authorization.Count == 0 || !ProjectDirectory.MayBeToken(Given(context)))
        {
            return caller;
        }

        await projects.LookAgainAsync();
        return Read(context);
    }

    public Caller Read(HttpContext context) => Read(context, cookie.Find);

    /// <summary>As <see cref="Read(HttpContext)"/>, of a request answered long ago: nobody has come, so a session that nobody uses grows no younger.</summary>
    public Caller Look(HttpContext context) => Read(context, cookie.Look);

    private Caller Read(HttpContext context, Func<HttpContext, (User User, UserSession Session)?> sessionOf)
    {
        if (ControlSocket.IsControl(context))
        {
            return Caller.Control;
        }

        if (context.Request.Headers.Authorization.Count > 0)
        {
            // Who shows a token is judged by it alone, wherever the request comes from and whatever cookies came with it.
            return Given(context) is { } secret && projects.FindToken(secret) is { } grant ? Caller.Of(grant) : Caller.Nobody;
        }

        if (sessionOf(context) is { } found)
        {
            return Caller.Of(found.User, found.Session);
        }

        return options.LocalAccess && IsLocal(context) ? Caller.Local : Caller.Nobody;
    }

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

    private static string? Given(HttpContext context) =>
        AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var given) ? Secret(given) : null;

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
