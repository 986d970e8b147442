using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Sightline.Server.Import;

namespace Sightline.Server.Cli;

/// <summary>The command line: one file per verb beside this one.</summary>
internal static class RootVerb
{
    private static readonly List<(string Name, Func<CliContext, Command> Make)> s_verbs =
    [
        (ServeVerb.Name, ServeVerb.New),
        (DemoVerb.Name, DemoVerb.New),
        ("project", ProjectVerb.New),
        ("token", TokenVerb.New),
        ("user", UserVerb.New),
        ("import", static context => ImportVerb.New(context, (directory, _) => OpenedDirectory.OpenAsync(directory, context))),
        ("query", QueryVerb.New),
        ("erase", EraseVerb.New),
        ("backup", BackupVerb.New),
        ("restore", RestoreVerb.New),
        ("doctor", DoctorVerb.New),
        ("version", VersionVerb.New),
    ];

    public static Task<int> RunAsync(string[] args) => RunAsync(args, CliContext.OfProcess());

    public static async Task<int> RunAsync(string[] args, CliContext context)
    {
        var root = New(context, args.FirstOrDefault());
        var parsed = root.Parse(args);
        // Reported here, not by the parser's own action: that one prints the whole help and ends with 1.
        if (parsed.Action is ParseErrorAction)
        {
            if (args.Length == 0)
            {
                return await root.Parse("--help").InvokeAsync(Invocation(context, parsed));
            }

            foreach (var error in parsed.Errors)
            {
                await context.Error.WriteLineAsync($"sightline: {error.Message}");
            }

            await context.Error.WriteLineAsync($"Try '{CommandPath(parsed)} --help'.");
            return ExitCode.WrongUsage;
        }

        return await parsed.InvokeAsync(Invocation(context, parsed));
    }

    /// <param name="context">The world.</param>
    /// <param name="verb">The only one that is needed, if it is one: options of the others need not be made.</param>
    public static RootCommand New(CliContext context, string? verb = null)
    {
        var root = new RootCommand("Self-hosted analytics and monitoring. Start with: sightline serve, then sightline project add \"My site\".");
        foreach (var version in root.Options.OfType<VersionOption>())
        {
            version.Description = "Show the version";
        }

        var needed = s_verbs.Where(known => known.Name == verb).ToList();
        foreach (var (_, make) in needed.Count > 0 ? needed : s_verbs)
        {
            root.With(make(context));
        }

        return root;
    }

    private static InvocationConfiguration Invocation(CliContext context, ParseResult parsed) => new()
    {
        Output = context.Output,
        Error = context.Error,
        // The server's host hears SIGTERM itself, and drains for as long as it was told. The parser's own handler ends the process after
        // two seconds, whatever is under way.
        ProcessTerminationTimeout = parsed.CommandResult.Command.Name is ServeVerb.Name or DemoVerb.Name ? null : TimeSpan.FromSeconds(2),
    };

    private static string CommandPath(ParseResult parsed)
    {
        var names = new List<string>();
        for (Symbol? symbol = parsed.CommandResult.Command; symbol is not null and not RootCommand; symbol = symbol.Parents.FirstOrDefault())
        {
            names.Insert(0, symbol.Name);
        }

        return string.Join(' ', ["sightline", .. names]);
    }
}
