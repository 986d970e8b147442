namespace Sightline.ServerTests.Matomo;

/// <summary>Runs a script in Node with the packages of <c>web/</c>, and returns what it printed.</summary>
internal static class NodeClient
{
    public static Task<string> RunAsync(string script, params string[] arguments) =>
        ClientProcess.RunAsync("node", ["-e", script, .. arguments], nodePath: Path.Combine(ClientProcess.Root, "web", "node_modules"));
}
