using System.CommandLine;
using Sightline.Server.Cli.Serving;

namespace Sightline.Server.Cli;

/// <summary>Options several verbs have, spelled the same everywhere.</summary>
internal static class CommonOptions
{
    public static Option<string> Data(CliContext context) => new("--data")
    {
        HelpName = "DIR",
        Description = "The server's data directory (environment: SIGHTLINE_DATA)",
        DefaultValueFactory = _ => context.Environment("SIGHTLINE_DATA") is { Length: > 0 } data ? data : ServeOptionsReader.DefaultData,
    };

    public static Option<bool> Json() => new("--json") { Description = "Answer with JSON, for scripts" };

    public static Option<uint?> Project(string description) => new("--project") { HelpName = "ID", Description = description };
}
