namespace Sightline.Server.Cli;

/// <summary>The command line: one file per verb beside this one.</summary>
internal static class RootVerb
{
    public static Task<int> RunAsync(string[] args) => Task.FromResult(args.Length == 0 ? 2 : 1);
}
