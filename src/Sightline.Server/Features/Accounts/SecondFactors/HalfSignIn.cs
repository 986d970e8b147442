using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Sightline.Server.Access;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary>
/// The password was right, the second step is still to come: what is known so far waits sealed in a cookie of the browser, for ten minutes,
/// and is worth nothing once anything the person signs in with has changed.
/// </summary>
internal sealed class HalfSignIn(IDataProtectionProvider protection, UserStore users, SessionCookie cookie, ServeOptions options, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly IDataProtector _seal = protection.CreateProtector("half sign-in");
    private readonly string _name = SessionCookie.NameOf(options, "sightline-step");

    public void Begin(HttpContext context, User user, bool keep, string back)
    {
        var ends = time.GetUtcNow() + Life;
        var sealedText = _seal.Protect(JsonSerializer.Serialize(new State(user.Id, user.SecurityStamp, keep, back, ends.ToUnixTimeMilliseconds())));
        context.Response.Cookies.Append(_name, sealedText, cookie.Options(context, null));
    }

    /// <summary>Whose sign-in waits in this browser; <see langword="null"/>: nobody's, or no longer.</summary>
    public (User User, bool Keep, string Back)? Find(HttpContext context)
    {
        if (context.Request.Cookies[_name] is not { Length: > 0 and < 4000 } sealedText)
        {
            return null;
        }

        try
        {
            var state = JsonSerializer.Deserialize<State>(_seal.Unprotect(sealedText))!;
            return state.EndsMs > time.GetUtcNow().ToUnixTimeMilliseconds() && users.Find(state.User) is { } user && user.SecurityStamp == state.Stamp
                ? (user, state.Keep, LocalUrl.Checked(state.Back))
                : null;
        }
        catch (CryptographicException)
        {
            // Not ours, or sealed under keys that are gone: as good as none, and the person begins again.
            return null;
        }
    }

    public void End(HttpContext context)
    {
        if (context.Request.Cookies.ContainsKey(_name))
        {
            context.Response.Cookies.Delete(_name, cookie.Options(context, null));
        }
    }

    private sealed record State(uint User, string Stamp, bool Keep, string Back, long EndsMs);
}
