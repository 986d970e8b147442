using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Sightline.Server.Import;

namespace Sightline.Server.Cli;

/// <summary>The command line: one file per verb beside this one.</summary>
internal static class RootVerb
{
    public static Task<int> RunAsync(string[] args) => RunAsync(args, CliContext.OfProcess());

    public static async Task<int> RunAsync(string[] args, CliContext context)
    {
        var root = New(context);
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

    public static RootCommand New(CliContext context)
    {
        var root = new RootCommand("Self-hosted analytics and monitoring. Start with: sightline serve, then sightline project add \"My site\".");
        foreach (var version in root.Options.OfType<VersionOption>())
        {
            version.Description = "Show the version";
        }

        root.With(
            ServeVerb.New(context),
            DemoVerb.New(context),
            ProjectVerb.New(context),
            TokenVerb.New(context),
            UserVerb.New(context),
            ImportVerb.New(context, (directory, _) => OpenedDirectory.OpenAsync(directory, context)),
            QueryVerb.New(context),
            EraseVerb.New(context),
            BackupVerb.New(context),
            RestoreVerb.New(context),
            DoctorVerb.New(context),
            VersionVerb.New(context));
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
