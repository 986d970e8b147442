using System.CommandLine;
using System.Globalization;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli;

/// <summary><c>sightline token add|list|revoke</c>.</summary>
internal static class TokenVerb
{
    private static readonly (string Name, TokenScopes Scope)[] Scopes =
        [("read", TokenScopes.Read), ("write", TokenScopes.Write), ("ingest", TokenScopes.Ingest), ("admin", TokenScopes.Admin)];

    public static Command New(CliContext context) =>
        new Command("token", "Secrets by which programs use the API").With(Add(context), List(context), Revoke(context));

    private static Command Add(CliContext context)
    {
        var name = new Argument<string>("NAME") { Description = "What it is for, to recognise it later" };
        var scope = new Option<string[]>("--scope")
        {
            HelpName = "SCOPES",
            Description = "What it may do, separated by commas: read (ask for numbers), write (change settings), ingest (send trusted data), admin (everything)",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var project = CommonOptions.Project("The only project it may touch; without it, all");
        var (data, json) = (CommonOptions.Data(context), CommonOptions.Json());
        return new Command("add", "Make a token; it is shown once and cannot be read again").With(name, scope, project, data, json).Does(context, parsed =>
        {
            var scopes = ParseScopes(parsed.GetRequiredValue(scope));
            var directory = parsed.GetRequiredValue(data);
            // A token for no project at all is possible (--scope admin, before the first project); for a given one the settings must be there.
            var db = parsed.GetValue(project) is null ? SettingsDb.Open(directory, context.Time) : SettingsDb.OpenExisting(directory, context.Time);
            var (token, secret) = new TokenStore(db, context.Time).Add(parsed.GetRequiredValue(name), scopes, parsed.GetValue(project));
            if (parsed.GetValue(json))
            {
                CliJson.Write(context, new
                {
                    token.Id,
                    token.Name,
                    Token = secret,
                    Scopes = Names(token.Scopes),
                    token.Project,
                    Created = CliJson.Time(token.CreatedMs),
                });
            }
            else
            {
                context.Output.WriteLine(secret);
                // To the other stream, so that T=$(sightline token add ...) holds the token and nothing else.
                context.Error.WriteLine("This is the only time the token is shown. Send it as: Authorization: Bearer TOKEN");
            }

            return ExitCode.Done;
        });
    }

    private static Command List(CliContext context)
    {
        var (data, json) = (CommonOptions.Data(context), CommonOptions.Json());
        return new Command("list", "List all tokens, without their secrets").With(data, json).Does(context, parsed =>
        {
            var tokens = new TokenStore(SettingsDb.OpenExisting(parsed.GetRequiredValue(data), context.Time), context.Time).List();
            if (parsed.GetValue(json))
            {
                CliJson.Write(context, tokens.Select(t => new
                {
                    t.Id,
                    t.Name,
                    Scopes = Names(t.Scopes),
                    t.Project,
                    Created = CliJson.Time(t.CreatedMs),
                    LastUsed = t.LastUsedMs is { } used ? CliJson.Time(used) : (DateTimeOffset?)null,
                }));
                return ExitCode.Done;
            }

            if (tokens.Count == 0)
            {
                context.Output.WriteLine("No tokens yet. Make one with: sightline token add NAME --scope read");
                return ExitCode.Done;
            }

            CliTable.Write(context, ["ID", "Name", "Scopes", "Project", "Created", "Last used"], tokens.Select(t => new[]
            {
                t.Id.ToString(CultureInfo.InvariantCulture), t.Name, string.Join(",", Names(t.Scopes)),
                t.Project?.ToString(CultureInfo.InvariantCulture) ?? "all", Moment(t.CreatedMs), t.LastUsedMs is { } used ? Moment(used) : "never",
            }));
            return ExitCode.Done;
        });
    }

    private static Command Revoke(CliContext context)
    {
        var id = new Argument<uint>("ID") { Description = "Number of the token, as list shows it" };
        var data = CommonOptions.Data(context);
        return new Command("revoke", "Make a token worthless, at once and for ever").With(id, data).Does(context, parsed =>
        {
            var wanted = parsed.GetRequiredValue(id);
            if (!new TokenStore(SettingsDb.OpenExisting(parsed.GetRequiredValue(data), context.Time), context.Time).Revoke(wanted))
            {
                throw new SettingsException($"there is no token {wanted}");
            }

            context.Output.WriteLine($"Revoked token {wanted}.");
            return ExitCode.Done;
        });
    }

    private static TokenScopes ParseScopes(IEnumerable<string> texts)
    {
        var scopes = TokenScopes.None;
        foreach (var word in texts.SelectMany(t => t.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            var scope = Array.Find(Scopes, s => s.Name.Equals(word, StringComparison.OrdinalIgnoreCase)).Scope;
            scopes |= scope != TokenScopes.None ? scope : throw new InvalidSettingException($"'{word}' is not a scope: read, write, ingest or admin");
        }

        return scopes;
    }

    private static string[] Names(TokenScopes scopes) => [.. Scopes.Where(s => scopes.HasFlag(s.Scope)).Select(s => s.Name)];

    private static string Moment(long unixMs) => CliJson.Time(unixMs).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
