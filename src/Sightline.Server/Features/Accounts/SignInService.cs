using Sightline.Server.Access;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary>What became of an attempt to sign in.</summary>
internal enum SignInOutcome
{
    Done,
    /// <summary>The password was right, and the account has a second factor.</summary>
    SecondStep,
    /// <summary>No such account, or not its password: which of both is not told.</summary>
    Wrong,
    /// <summary>Too many attempts.</summary>
    Wait,
}

/// <summary>Signs people in and out.</summary>
internal sealed class SignInService(
    UserStore users, SessionStore sessions, Passwords passwords, HalfSignIn half, SignInThrottle throttle, SessionCookie cookie, ActivityLog activity)
{
    public SignInOutcome TryPassword(HttpContext context, string email, string password, bool keep, string back, out User? user, out TimeSpan wait)
    {
        user = null;
        var address = cookie.AddressOf(context);
        var key = EmailAddress.Key(email.Length > 300 ? email[..300] : email);
        if (!throttle.TryTake(key, address, out wait))
        {
            return SignInOutcome.Wait;
        }

        user = users.FindByEmail(key);
        if (!passwords.Verify(user, password, out var newHash) || user is null)
        {
            activity.Add(user?.Email ?? "nobody", "failed to sign in", user is null ? "unknown account" : "wrong password", null, address);
            return SignInOutcome.Wrong;
        }

        throttle.GiveBack(key, address);
        if (newHash is not null)
        {
            users.Rehash(user.Id, user.PasswordHash!, newHash);
        }

        if (user.HasSecondFactor)
        {
            half.Begin(context, user, keep, back);
            return SignInOutcome.SecondStep;
        }

        Finish(context, user, keep, "by password");
        return SignInOutcome.Done;
    }

    public void SignOut(HttpContext context, bool everywhere)
    {
        var caller = Caller.Of(context);
        cookie.SignOut(context);
        if (caller.User is { } user)
        {
            if (everywhere)
            {
                sessions.EndAll(user.Id);
            }

            activity.Add(user.Email, everywhere ? "signed out everywhere" : "signed out", "", null, cookie.AddressOf(context));
        }
    }

    /// <summary>The person has proven who they are: begins the session.</summary>
    public void Finish(HttpContext context, User user, bool keep, string how)
    {
        half.End(context);
        cookie.SignIn(context, user, keep);
        users.SaveSignIn(user.Id);
        activity.Add(user.Email, "signed in", how, null, cookie.AddressOf(context));
    }
}
