using Spectre.Console;

namespace Sightline.Server.Cli;

/// <summary>What a verb may touch of the world around the process.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Input">Standard input.</param>
/// <param name="Output">Standard output: results only, so that scripts can read them.</param>
/// <param name="Error">Standard error: faults and progress.</param>
/// <param name="Environment">Looks up a variable.</param>
/// <param name="IsTerminal">A person looks at <paramref name="Output"/>: tables may be fitted to the window.</param>
internal sealed record CliContext(
    TimeProvider Time, TextReader Input, TextWriter Output, TextWriter Error, Func<string, string?> Environment, bool IsTerminal)
{
    public static CliContext OfProcess() => new(
        TimeProvider.System, Console.In, Console.Out, Console.Error, System.Environment.GetEnvironmentVariable, !Console.IsOutputRedirected);

    /// <summary>For tables and colours. In a pipe: no colours, and lines as long as they are.</summary>
    public IAnsiConsole NewConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Output),
            Ansi = IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });
        if (!IsTerminal)
        {
            console.Profile.Width = 1000;
        }

        return console;
    }
}
