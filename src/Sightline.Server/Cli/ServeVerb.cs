using System.CommandLine;
using Sightline.Server.Cli.Serving;
using Sightline.Server.Features.Accounts;

namespace Sightline.Server.Cli;

/// <summary>
/// <c>sightline serve</c>. Options are read here and not by the parser's binding, because each may also come from the environment or a
/// file, and all faults are to be told at once.
/// </summary>
internal static class ServeVerb
{
    public const string Name = "serve";

    public static Command New(CliContext context)
    {
        var options = ServeOptionTable.All.ToDictionary(spec => spec.Name, NewOption);
        var config = new Option<string>("--config") { HelpName = "FILE", Description = "Configuration file: name = value a line, the names of these options without dashes" };
        var check = new Option<bool>("--check-config") { Description = "Say what is wrong with the options, or show them as they are, and end" };
        var command = new Command(
            Name,
            "Run the server. Each option may also be an environment variable (SIGHTLINE_LISTEN) or a line of the file named by --config");
        return command.With([.. options.Values]).With(config, check).Does(context, async (parsed, cancellationToken) =>
        {
            var arguments = new Dictionary<string, IReadOnlyList<string>>();
            foreach (var (name, option) in options)
            {
                if (parsed.GetResult(option) is { Implicit: false })
                {
                    arguments[name] = parsed.GetValue(option) ?? [];
                }
            }

            var read = ServeOptionsReader.Read(arguments, context.Environment, parsed.GetValue(config));
            if (read.Faults.Count > 0)
            {
                foreach (var fault in read.Faults)
                {
                    await context.Error.WriteLineAsync($"sightline: {fault}");
                }

                return ExitCode.WrongUsage;
            }

            if (parsed.GetValue(check))
            {
                CliTable.Write(context, ["Option", "Value", "From"], read.Sources.Select(s => new[] { s.Name, s.Value, s.Source }));
                return ExitCode.Done;
            }

            return await ServeHost.RunAsync(read.Options with { OwnerPassword = OwnerPassword(context) }, context, cancellationToken);
        });
    }

    /// <summary>What the environment sets as the first owner's password.</summary>
    /// <exception cref="Store.Settings.InvalidSettingException">It is not good enough.</exception>
    public static string? OwnerPassword(CliContext context) =>
        context.Environment("SIGHTLINE_OWNER_PASSWORD") is { Length: > 0 } given ? Passwords.Checked(given, FirstOwner.Email) : null;

    private static Option<string[]> NewOption(ServeOptionSpec spec) => new("--" + spec.Name)
    {
        HelpName = spec.Value,
        Description = $"{spec.Help} [default: {spec.Default}{(spec.Repeatable ? "; repeatable" : "")}]",
        Arity = ArgumentArity.OneOrMore,
    };
}
