using Sightline.Server.Access;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.People;

/// <summary>
/// Members of a project, and owners of the server, as admins and owners change them. A <see langword="null"/> project stands for the
/// server: its people are the owners.
/// </summary>
internal sealed class PeopleService(
    UserStore users, InvitationStore invitations, SignInRuleStore rules, SessionStore sessions, ActivityLog activity, SessionCookie cookie)
{
    /// <summary>Whose role is shown: of a project its members, owners being members everywhere; of the server everybody.</summary>
    public IReadOnlyList<User> Members(uint? project) => [.. users.List().Where(user => project is null || user.RoleIn(project.Value) is not null)];

    public IReadOnlyList<Invitation> Invitations(uint? project) => invitations.List(project);

    /// <summary>Gives somebody who has an account a role; for anybody else makes a link.</summary>
    /// <returns>The link's secret; <see langword="null"/>: the person has an account and the role now.</returns>
    /// <exception cref="SettingsException">The address is none.</exception>
    public string? Invite(HttpContext context, string email, uint? project, Role role)
    {
        email = EmailAddress.Checked(email);
        if (users.FindByEmail(email) is { } user)
        {
            if (project is { } id)
            {
                SetRole(context, user.Id, id, role);
            }
            else
            {
                users.SetOwner(user.Id, isOwner: true);
                Log(context, "made an owner", user.Email, null);
            }

            return null;
        }

        var secret = invitations.Add(email, project, role, Caller.Of(context).Name);
        Log(context, $"invited as {Word(role)}", email, project);
        return secret;
    }

    public void Withdraw(HttpContext context, uint invitation, uint? project)
    {
        if (invitations.Withdraw(invitation, project))
        {
            Log(context, "withdrew an invitation", "", project);
        }
    }

    /// <exception cref="SettingsException">There is no such person, or the role is none of a project.</exception>
    public void SetRole(HttpContext context, uint user, uint project, Role role)
    {
        var member = users.Find(user) ?? throw new SettingsException("there is no such person");
        if (member.IsOwner)
        {
            throw new InvalidSettingException($"the owner {member.Email} may do everything already");
        }

        users.SetRole(user, project, role);
        Log(context, $"set the role to {Word(role)}", member.Email, project);
    }

    /// <summary>Takes a person out of a project; the account stays.</summary>
    public void RemoveMember(HttpContext context, uint user, uint project)
    {
        if (users.Find(user) is { } member && users.RemoveRole(user, project))
        {
            Log(context, "removed from the project", member.Email, project);
        }
    }

    /// <summary>Removes an account with its sessions.</summary>
    /// <exception cref="SettingsException">There is no such person, or it is the last owner.</exception>
    public void RemoveAccount(HttpContext context, uint user)
    {
        var member = users.Find(user) ?? throw new SettingsException("there is no such person");
        users.Remove(user);
        Log(context, "removed a user", member.Email, null);
    }

    /// <summary>Somebody who has all projects no longer has; the account and its roles stay.</summary>
    /// <exception cref="SettingsException">There is no such person, or it is the last owner.</exception>
    public void EndOwner(HttpContext context, uint user)
    {
        var member = users.Find(user) ?? throw new SettingsException("there is no such person");
        users.SetOwner(user, isOwner: false);
        Log(context, "is no longer an owner", member.Email, null);
    }

    public SignInRules Rules => rules.Get();

    /// <summary>Sets how everybody signs in; sessions that are longer than allowed end now.</summary>
    /// <exception cref="SettingsException">Who asks would be locked out.</exception>
    public void SetRules(HttpContext context, SignInRules wanted)
    {
        if (wanted.RequireSecondFactor && Caller.Of(context).User is { HasSecondFactor: false })
        {
            throw new InvalidSettingException("set up a second factor of your own first: then you know that it works here");
        }

        rules.Set(wanted);
        if (wanted.ShortSessions)
        {
            sessions.EndLonger(SessionCookie.IdleHere);
        }

        Log(context, "changed how everybody signs in", $"second factor {(wanted.RequireSecondFactor ? "needed" : "as people like")}, staying signed in {(wanted.ShortSessions ? "not allowed" : "allowed")}", null);
    }

    public static string Word(Role role) => role.ToString().ToLowerInvariant();

    private void Log(HttpContext context, string action, string subject, uint? project) =>
        activity.Add(Caller.Of(context).Name, action, subject, project, cookie.AddressOf(context));
}
