namespace Sightline.ServerTests.Metrics;

/// <summary>Runs a script in Node with the packages of <c>tests/clients</c>.</summary>
internal static class ClientScript
{
    public static string Directory { get; } = Path.Combine(ClientProcess.Root, "tests", "clients");

    /// <summary>What a script given as text printed.</summary>
    public static Task<string> RunAsync(string script, params string[] arguments) => ClientProcess.RunAsync("node", ["-e", script, .. arguments], nodePath: Path.Combine(Directory, "node_modules"));

    /// <summary>What a file of the directory printed, given this on its standard input.</summary>
    public static Task<string> RunFileAsync(string file, string input) => ClientProcess.RunAsync("node", [Path.Combine(Directory, file)], input, Path.Combine(Directory, "node_modules"));
}
