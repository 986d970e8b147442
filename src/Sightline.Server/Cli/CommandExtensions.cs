using System.CommandLine;
using Sightline.Store.Settings;

namespace Sightline.Server.Cli;

/// <summary>How a verb is tied to its work.</summary>
internal static class CommandExtensions
{
    public static Command With(this Command command, params ReadOnlySpan<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Command child:
                    command.Subcommands.Add(child);
                    break;
                case Option option:
                    command.Options.Add(option);
                    break;
                case Argument argument:
                    command.Arguments.Add(argument);
                    break;
            }
        }

        return command;
    }

    /// <summary>Work that returns an exit code; faults of settings end as one line and their exit code.</summary>
    public static Command Does(this Command command, CliContext context, Func<ParseResult, CancellationToken, Task<int>> work)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await work(parsed, cancellationToken);
            }
            catch (SettingsException e)
            {
                await context.Error.WriteLineAsync($"sightline: {e.Message}");
                return e is InvalidSettingException ? ExitCode.WrongUsage : ExitCode.Failed;
            }
            catch (Exception e) when (e is DataDirectoryInUseException or DataPathException)
            {
                await context.Error.WriteLineAsync($"sightline: {e.Message}");
                return ExitCode.Failed;
            }
            catch (UnauthorizedAccessException e)
            {
                // Nearly always files that a verb of another user's has left; who serves meets them first.
                await context.Error.WriteLineAsync($"sightline: {e.Message.TrimEnd('.')} for {Environment.UserName}: sightline doctor says what to do");
                return ExitCode.Failed;
            }
        });
        return command;
    }

    /// <inheritdoc cref="Does(Command, CliContext, Func{ParseResult, CancellationToken, Task{int}})"/>
    public static Command Does(this Command command, CliContext context, Func<ParseResult, int> work) =>
        command.Does(context, (parsed, _) => Task.FromResult(work(parsed)));
}
