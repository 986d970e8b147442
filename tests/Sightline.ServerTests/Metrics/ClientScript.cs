using System.Diagnostics;

namespace Sightline.ServerTests.Metrics;

/// <summary>Runs a script in Node with the packages of <c>tests/clients</c>.</summary>
internal static class ClientScript
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static string Directory { get; } = Path.Combine(RepositoryRoot(), "tests", "clients");

    /// <summary>What a script given as text printed.</summary>
    public static Task<string> RunAsync(string script, params string[] arguments) => StartAsync(["-e", script, .. arguments], null);

    /// <summary>What a file of the directory printed, given this on its standard input.</summary>
    public static Task<string> RunFileAsync(string file, string input) => StartAsync([Path.Combine(Directory, file)], input);

    private static async Task<string> StartAsync(IEnumerable<string> arguments, string? input)
    {
        var start = new ProcessStartInfo("node", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NODE_PATH"] = Path.Combine(Directory, "node_modules");
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Sightline.slnx")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("the tests do not lie within the repository");
        }

        return directory.FullName;
    }
}
