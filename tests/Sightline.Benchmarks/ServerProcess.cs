using System.Diagnostics;
using System.Text.Json;

namespace Sightline.Benchmarks;

/// <summary>The built server as its users run it: a process of its own on a fresh data directory, stopped by its id.</summary>
internal sealed class ServerProcess : MeasuredProcess
{
    private ServerProcess(string data, int port, Process process)
        : base(data, process) => Port = port;

    public int Port { get; }

    public TimeSpan StartTook { get; private set; }

    /// <summary>Words put before the server's command: what limits its memory or its processors, such as <c>systemd-run --scope -p MemoryMax=512M</c>.</summary>
    public static IReadOnlyList<string> Through { get; set; } = [];

    public static async Task<ServerProcess> StartAsync(string? data = null, params string[] more)
    {
        data ??= Directory.CreateTempSubdirectory("sightline-bench-").FullName;
        var port = FreePort();
        var clock = Stopwatch.StartNew();
        var server = new ServerProcess(data, port, Run(Through, ["serve", "--data", data, "--listen", $"http://127.0.0.1:{port}", .. more]));
        // What it says is read and left unsaid: the figures are what is looked for.
        server.Process.BeginOutputReadLine();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        while (true)
        {
            try
            {
                if ((await client.GetAsync("/readyz")).IsSuccessStatusCode)
                {
                    server.StartTook = clock.Elapsed;
                    return server;
                }
            }
            catch (HttpRequestException) when (!server.Process.HasExited && clock.Elapsed < TimeSpan.FromMinutes(5))
            {
                await Task.Delay(5);
            }
        }
    }

    /// <summary>Runs a verb that ends, and returns what it printed.</summary>
    public static string Verb(params string[] arguments)
    {
        var (output, code) = VerbOutput(arguments);
        return code == 0 ? output : throw new InvalidOperationException($"sightline {string.Join(' ', arguments)} ended with {code}: {output}");
    }

    /// <summary>Runs a verb that ends, well or not.</summary>
    public static (string Output, int ExitCode) VerbOutput(params string[] arguments)
    {
        using var process = Run([], arguments);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, process.ExitCode);
    }

    /// <summary>Adds a project; its id and public key.</summary>
    public (string Id, string Key) AddProject()
    {
        using var json = JsonDocument.Parse(Verb("project", "add", "Bench", "--json", "--data", Data));
        return (json.RootElement.GetProperty("id").ToString(), json.RootElement.GetProperty("public_key").GetString()!);
    }

    public string AddToken(string scopes = "read")
    {
        using var json = JsonDocument.Parse(Verb("token", "add", "bench", "--scope", scopes, "--json", "--data", Data));
        return json.RootElement.GetProperty("token").GetString()!;
    }

    /// <summary>One of the server's own metrics, without labels.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync($"http://127.0.0.1:{Port}/metrics");
        var line = text.Split('\n').First(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line[(name.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>One of the server's own metrics, over all its labels.</summary>
    public async Task<double> SumAsync(string name)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync($"http://127.0.0.1:{Port}/metrics");
        return text.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    public async Task DrainAsync()
    {
        while (await MetricAsync("sightline_log_gap_bytes") > 0)
        {
            await Task.Delay(20);
        }
    }

    private static Process Run(IReadOnlyList<string> through, string[] arguments)
    {
        string[] words = [.. through, "dotnet", Path.Combine(AppContext.BaseDirectory, "sightline.dll"), .. arguments];
        return Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true })!;
    }
}
