using System.CommandLine;
using System.Globalization;
using Sightline.Server.Features.Accounts;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli;

/// <summary><c>sightline user add|list|remove|reset-password|reset-second-factor</c>. Works on the settings, whether a server runs on them or not.</summary>
internal static class UserVerb
{
    private const string Actor = "command line";

    public static Command New(CliContext context) =>
        new Command("user", "People who may sign in").With(Add(context), List(context), Remove(context), ResetPassword(context), ResetSecondFactor(context));

    private static Command Add(CliContext context)
    {
        var email = Email();
        var role = new Option<string>("--role")
        {
            HelpName = "ROLE",
            Description = "owner (everything, on all projects), admin, editor or viewer (of the project given)",
            DefaultValueFactory = _ => "viewer",
        };
        var project = CommonOptions.Project("The project in which the person has the role; owners need none");
        var name = new Option<string>("--name") { HelpName = "NAME", Description = "How others see the person; without it, the part of the address before the @" };
        var stdin = PasswordStdin("it need not be replaced at the first sign-in");
        var (data, json) = (CommonOptions.Data(context), CommonOptions.Json());
        return new Command("add", "Add a person; without --password-stdin a one-time password is made and shown once").With(email, role, project, name, stdin, data, json).Does(context, parsed =>
        {
            var wanted = ParseRole(parsed.GetRequiredValue(role));
            var roles = new Dictionary<uint, Role>();
            if (wanted != Role.Owner)
            {
                roles[parsed.GetValue(project) ?? throw new InvalidSettingException("give the project of the role with --project ID (owners need none)")] = wanted;
            }
            else if (parsed.GetValue(project) is not null)
            {
                throw new InvalidSettingException("an owner has all projects: leave --project out");
            }

            var db = wanted == Role.Owner ? SettingsDb.Open(parsed.GetRequiredValue(data), context.Time) : SettingsDb.OpenExisting(parsed.GetRequiredValue(data), context.Time);
            var address = EmailAddress.Checked(parsed.GetRequiredValue(email));
            var (password, isOneTime) = ReadPassword(context, parsed.GetValue(stdin), address);
            var user = new UserStore(db, context.Time).Add(address, parsed.GetValue(name), wanted == Role.Owner, new Passwords().Hash(password), isOneTime, roles);
            Log(context, db, "added a user", $"{user.Email} ({wanted.ToString().ToLowerInvariant()})", roles.Keys.Cast<uint?>().FirstOrDefault());
            if (parsed.GetValue(json))
            {
                CliJson.Write(context, View(user, isOneTime ? password : null));
            }
            else
            {
                context.Output.WriteLine($"Added {user.Email} as user {user.Id}.");
                Tell(context, isOneTime ? password : null);
            }

            return ExitCode.Done;
        });
    }

    private static Command List(CliContext context)
    {
        var (data, json) = (CommonOptions.Data(context), CommonOptions.Json());
        return new Command("list", "List all people and their roles").With(data, json).Does(context, parsed =>
        {
            var users = new UserStore(SettingsDb.OpenExisting(parsed.GetRequiredValue(data), context.Time), context.Time).List();
            if (parsed.GetValue(json))
            {
                CliJson.Write(context, users.Select(user => View(user, null)));
                return ExitCode.Done;
            }

            if (users.Count == 0)
            {
                context.Output.WriteLine("Nobody yet. The first start of the server makes an owner.");
                return ExitCode.Done;
            }

            CliTable.Write(context, ["ID", "E-mail", "Name", "Roles", "Second factor", "Last sign-in"], users.Select(user => new[]
            {
                user.Id.ToString(CultureInfo.InvariantCulture),
                user.Email,
                user.Name,
                user.IsOwner ? "owner" : string.Join(", ", user.Roles.OrderBy(role => role.Key).Select(role => $"{role.Value.ToString().ToLowerInvariant()} of {role.Key}")),
                user.HasSecondFactor ? "yes" : "no",
                user.LastSignInMs is { } last ? CliJson.Time(last).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : "never",
            }));
            return ExitCode.Done;
        });
    }

    private static Command Remove(CliContext context)
    {
        var email = Email();
        var data = CommonOptions.Data(context);
        return new Command("remove", "Remove a person; every session ends at once").With(email, data).Does(context, parsed =>
        {
            var (db, users, user) = Find(context, parsed.GetRequiredValue(data), parsed.GetRequiredValue(email));
            users.Remove(user.Id);
            Log(context, db, "removed a user", user.Email, null);
            context.Output.WriteLine($"Removed {user.Email}.");
            return ExitCode.Done;
        });
    }

    private static Command ResetPassword(CliContext context)
    {
        var email = Email();
        var stdin = PasswordStdin("it need not be replaced at the next sign-in");
        var second = new Option<bool>("--remove-second-factor") { Description = "Also remove the authenticator app, passkeys and recovery codes, for somebody who has lost them" };
        var (data, json) = (CommonOptions.Data(context), CommonOptions.Json());
        return new Command("reset-password", "Give a person a new password; every session ends at once").With(email, stdin, second, data, json).Does(context, parsed =>
        {
            var (db, users, user) = Find(context, parsed.GetRequiredValue(data), parsed.GetRequiredValue(email));
            var (password, isOneTime) = ReadPassword(context, parsed.GetValue(stdin), user.Email);
            users.SetPassword(user.Id, new Passwords().Hash(password), isOneTime, keepSession: null);
            if (parsed.GetValue(second))
            {
                new SecondFactorStore(db).Reset(user.Id);
            }

            Log(context, db, parsed.GetValue(second) ? "reset the password and removed the second factor" : "reset the password", user.Email, null);
            if (parsed.GetValue(json))
            {
                CliJson.Write(context, View(users.Find(user.Id)!, isOneTime ? password : null));
            }
            else
            {
                context.Output.WriteLine($"{user.Email} has a new password and is signed out everywhere.");
                Tell(context, isOneTime ? password : null);
            }

            return ExitCode.Done;
        });
    }

    private static Command ResetSecondFactor(CliContext context)
    {
        var email = Email();
        var data = CommonOptions.Data(context);
        return new Command("reset-second-factor", "Remove a person's authenticator app, passkeys and recovery codes; every session ends at once").With(email, data).Does(context, parsed =>
        {
            var (db, _, user) = Find(context, parsed.GetRequiredValue(data), parsed.GetRequiredValue(email));
            new SecondFactorStore(db).Reset(user.Id);
            Log(context, db, "reset the second factor", user.Email, null);
            context.Output.WriteLine($"{user.Email} signs in by password alone now and is signed out everywhere.");
            return ExitCode.Done;
        });
    }

    private static Argument<string> Email() => new("EMAIL") { Description = "E-mail address of the person" };

    private static Option<bool> PasswordStdin(string and) => new("--password-stdin") { Description = $"Read the password from standard input, one line; {and}" };

    private static Role ParseRole(string text) =>
        Enum.TryParse<Role>(text, ignoreCase: true, out var role) && Enum.IsDefined(role) && !char.IsDigit(text[0])
            ? role
            : throw new InvalidSettingException($"'{text}' is not a role: owner, admin, editor or viewer");

    private static (string Password, bool IsOneTime) ReadPassword(CliContext context, bool fromInput, string email) =>
        fromInput ? (Passwords.Checked(context.Input.ReadLine() ?? "", email), false) : (Passwords.NewOneTime(), true);

    private static (SettingsDb Db, UserStore Users, User User) Find(CliContext context, string directory, string email)
    {
        var db = SettingsDb.OpenExisting(directory, context.Time);
        var users = new UserStore(db, context.Time);
        return (db, users, users.FindByEmail(email) ?? throw new SettingsException($"there is no user {email}"));
    }

    private static void Log(CliContext context, SettingsDb db, string action, string subject, uint? project) =>
        new ActivityLog(db, context.Time).Add(Actor, action, subject, project, "");

    private static void Tell(CliContext context, string? oneTime)
    {
        if (oneTime is not null)
        {
            context.Output.WriteLine($"One-time password, not shown again: {oneTime}");
        }
    }

    private static object View(User user, string? oneTimePassword) => new
    {
        user.Id,
        user.Email,
        user.Name,
        Role = user.IsOwner ? "owner" : null,
        Projects = user.Roles.OrderBy(role => role.Key).Select(role => new { Project = role.Key, Role = role.Value.ToString().ToLowerInvariant() }),
        SecondFactor = user.HasSecondFactor,
        user.MustChangePassword,
        OneTimePassword = oneTimePassword,
        Created = CliJson.Time(user.CreatedMs),
        LastSignIn = user.LastSignInMs is { } last ? CliJson.Time(last) : (DateTimeOffset?)null,
    };
}
