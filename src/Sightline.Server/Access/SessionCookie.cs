using System.Net;
using Sightline.Server.Receive;
using Sightline.Store.Settings;

namespace Sightline.Server.Access;

/// <summary>
/// The cookie of a session. The framework's cookie handler is not used: it writes what it knows into the cookie, or with a ticket store
/// keeps the old key when somebody signs in over a session, which is how sessions are fixed onto others.
/// </summary>
internal sealed class SessionCookie(SessionStore sessions, SignInRuleStore rules, ServeOptions options, TimeProvider time)
{
    private const int LongestBrowser = 200;

    /// <summary>Without "keep me signed in": what ASVS asks for at level 2.</summary>
    public static readonly TimeSpan IdleHere = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan LifeHere = TimeSpan.FromHours(12);
    private static readonly TimeSpan IdleKept = TimeSpan.FromDays(14);
    private static readonly TimeSpan LifeKept = TimeSpan.FromDays(30);

    private readonly ClientAddress _clientAddress = new(options.TrustedProxies);

    /// <summary>Browsers reach the server by https only: the cookie may say so, and be bound to this very host.</summary>
    public static bool IsSecure(ServeOptions options) => options.TlsCertificate is not null || options.PublicUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;

    public static string NameOf(ServeOptions options, string name) => IsSecure(options) ? "__Host-" + name : name;

    public string Name { get; } = NameOf(options, "sightline");

    /// <summary>Begins a new session, whatever the browser had before, and ends that.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Who has proven to be who they are.</param>
    /// <param name="keep">Stay signed in when the browser is closed, unless the server's rules forbid it.</param>
    public void SignIn(HttpContext context, User user, bool keep)
    {
        keep &= !rules.Get().ShortSessions;
        if (context.Request.Cookies[Name] is { Length: > 0 } before)
        {
            sessions.End(before);
        }

        var browser = context.Request.Headers.UserAgent.ToString();
        var secret = sessions.Begin(
            user, keep ? IdleKept : IdleHere, keep ? LifeKept : LifeHere, AddressOf(context), browser.Length > LongestBrowser ? browser[..LongestBrowser] : browser);
        context.Response.Cookies.Append(Name, secret, Options(context, keep ? time.GetUtcNow() + LifeKept : null));
    }

    public void SignOut(HttpContext context)
    {
        if (context.Request.Cookies[Name] is { Length: > 0 } secret)
        {
            sessions.End(secret);
        }

        context.Response.Cookies.Delete(Name, Options(context, null));
    }

    public (User User, UserSession Session)? Find(HttpContext context) =>
        context.Request.Cookies[Name] is { Length: > 0 and <= 100 } secret ? sessions.Find(secret) : null;

    /// <summary>As <see cref="Find"/>, but the session does not count as used.</summary>
    public (User User, UserSession Session)? Look(HttpContext context) =>
        context.Request.Cookies[Name] is { Length: > 0 and <= 100 } secret ? sessions.Look(secret) : null;

    /// <summary>The network a request comes from: an address names a person, and is not kept.</summary>
    public string AddressOf(HttpContext context) => Shortened(_clientAddress.Of(context));

    /// <summary>The /24 of an IPv4 address, the /48 of an IPv6 one.</summary>
    internal static string Shortened(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(bytes.Length == 4 ? 3 : 6).Clear();
        return $"{new IPAddress(bytes)}/{(bytes.Length == 4 ? 24 : 48)}";
    }

    internal CookieOptions Options(HttpContext context, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = IsSecure(options) || context.Request.IsHttps,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
