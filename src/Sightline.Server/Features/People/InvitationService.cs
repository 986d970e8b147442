using Sightline.Server.Access;
using Sightline.Server.Features.Accounts;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.People;

/// <summary>Turns an invitation into an account.</summary>
internal sealed class InvitationService(InvitationStore invitations, Passwords passwords, SignInThrottle throttle, SignInService signIn, SessionCookie cookie, ActivityLog activity)
{
    /// <summary><see langword="null"/>: there is none, or this address has asked for too many that are none.</summary>
    public Invitation? Find(HttpContext context, string code)
    {
        var address = cookie.AddressOf(context);
        if (code.Length > 100 || !throttle.TryTake(null, address, out _))
        {
            return null;
        }

        var found = invitations.Find(code);
        if (found is not null)
        {
            throttle.GiveBack(null, address);
        }

        return found;
    }

    /// <summary>Makes the account and signs it in. <see langword="false"/>: somebody else was faster with the link.</summary>
    /// <exception cref="SettingsException">The name or the password is not good enough.</exception>
    public bool TryAccept(HttpContext context, string code, Invitation invitation, string name, string password, string repeated)
    {
        if (password != repeated)
        {
            throw new InvalidSettingException("the password and its repetition differ");
        }

        if (invitations.Take(code, name, passwords.Hash(Passwords.Checked(password, invitation.Email))) is not { } user)
        {
            return false;
        }

        activity.Add(user.Email, "accepted an invitation", $"of {invitation.InvitedBy}", invitation.Project, cookie.AddressOf(context));
        signIn.Finish(context, user, keep: false, "by invitation");
        return true;
    }
}
