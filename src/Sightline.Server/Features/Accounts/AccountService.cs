using Sightline.Server.Access;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary>What people change of their own accounts.</summary>
internal sealed class AccountService(UserStore users, SessionStore sessions, Passwords passwords, SignInThrottle throttle, SessionCookie cookie, ActivityLog activity)
{
    private const int LatestEntries = 12;

    public IReadOnlyList<UserSession> Sessions(User user) => sessions.List(user.Id);

    /// <summary>What happened to the account lately: for a person to see what was not theirs.</summary>
    public IReadOnlyList<ActivityEntry> Latest(User user) => activity.ListAbout(user.Email, LatestEntries);

    /// <exception cref="SettingsException">The name is not valid.</exception>
    public void Rename(HttpContext context, string name)
    {
        var user = Signed(context).User!;
        users.Rename(user.Id, name);
        Log(context, "changed the name", name.Trim());
    }

    /// <summary>Replaces the password; all other sessions are over.</summary>
    /// <exception cref="SettingsException">The present one is not right, or the new one is not good enough.</exception>
    public void ChangePassword(HttpContext context, string present, string next, string repeated)
    {
        var caller = Signed(context);
        RequirePassword(context, caller.User!, present);
        if (next != repeated)
        {
            throw new InvalidSettingException("the new password and its repetition differ");
        }

        if (next == present)
        {
            throw new InvalidSettingException("the new password is the present one");
        }

        users.SetPassword(caller.User!.Id, passwords.Hash(Passwords.Checked(next, caller.User.Email)), mustChange: false, keepSession: caller.Session!.Id);
        Log(context, "changed the password", "");
    }

    /// <summary>Replaces a password that was given to the person, right after they signed in with it; all other sessions are over.</summary>
    /// <exception cref="SettingsException">The new one is not good enough, or is the one that was given.</exception>
    public void ReplaceGivenPassword(HttpContext context, string next, string repeated)
    {
        var caller = Signed(context);
        if (next != repeated)
        {
            throw new InvalidSettingException("the new password and its repetition differ");
        }

        var good = Passwords.Checked(next, caller.User!.Email);
        if (passwords.Verify(caller.User, next, out _))
        {
            throw new InvalidSettingException("the new password is the present one");
        }

        users.SetPassword(caller.User.Id, passwords.Hash(good), mustChange: false, keepSession: caller.Session!.Id);
        Log(context, "changed the password", "");
    }

    public void EndSession(HttpContext context, uint session)
    {
        var caller = Signed(context);
        if (sessions.End(caller.User!.Id, session))
        {
            Log(context, "ended a session", "");
        }
    }

    public void EndOtherSessions(HttpContext context)
    {
        var caller = Signed(context);
        sessions.EndOthers(caller.User!.Id, caller.Session!.Id);
        Log(context, "ended all other sessions", "");
    }

    private static Caller Signed(HttpContext context) => Caller.Of(context);

    // Guessing goes on here too, with a stolen session; it is slowed down in the same way.
    private void RequirePassword(HttpContext context, User user, string password)
    {
        var (key, address) = (EmailAddress.Key(user.Email), cookie.AddressOf(context));
        if (!throttle.TryTake(key, address, out var wait))
        {
            throw new InvalidSettingException($"too many attempts: try again in {Math.Ceiling(wait.TotalSeconds)} seconds");
        }

        if (!passwords.Verify(user, password, out _))
        {
            throw new InvalidSettingException("the present password is not right");
        }

        throttle.GiveBack(key, address);
    }

    private void Log(HttpContext context, string action, string subject) =>
        activity.Add(Caller.Of(context).Name, action, subject, null, cookie.AddressOf(context));
}
