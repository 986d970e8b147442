using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Demo;

/// <summary><c>sightline demo</c> as people start it, with little history and no visitors of its own. One for all tests that only look at it.</summary>
public sealed class DemoProcess : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("sightline-demo-").FullName;
    private Process? _process;
    private string _token = "";

    public Uri Address { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    internal string Output { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "sightline.dll"), "demo", "--data", _data, "--listen", "http://127.0.0.1:0", "--days", "7", "--events", "5000", "--quiet-traffic"])
        {
            start.ArgumentList.Add(argument);
        }

        // The variable names the directory of a real server: the demo leaves it alone.
        start.Environment["SIGHTLINE_DATA"] = Path.Combine(_data, "not-here");
        _process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!Output.Contains("are written", StringComparison.Ordinal))
        {
            Output += await _process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException($"the demo ended: {Output}");
            Output += "\n";
        }

        Address = new Uri(Output.Split('\n').Single(line => line.StartsWith("Sightline's demo: ", StringComparison.Ordinal)).Split(' ')[2]);
        Client = new HttpClient { BaseAddress = Address };
        _token = new TokenStore(SettingsDb.Open(_data, TimeProvider.System), TimeProvider.System).Add("test", TokenScopes.Read, null).Secret;
        // The server looks for new tokens twice a second.
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "/api/v1/projects"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
            using var answer = await Client.SendAsync(request, limit.Token);
            if (answer.IsSuccessStatusCode)
            {
                break;
            }
        }
    }

    /// <summary>The first metric of a query, by its dimensions joined.</summary>
    public async Task<Dictionary<string, double>> AskAsync(string metric, string dimensions, string filters = "null")
    {
        using var json = JsonDocument.Parse(await SendAsync(HttpMethod.Post, "/api/v1/query",
            $$"""{"project":1,"metrics":["{{metric}}"],"dimensions":[{{dimensions}}],"filters":{{filters}},"range":"all","limit":500}""".Replace("\"filters\":null,", "", StringComparison.Ordinal)));
        return json.RootElement.GetProperty("rows").EnumerateArray().ToDictionary(
            row => string.Join(' ', row.TryGetProperty("dimensions", out var values) ? values.EnumerateArray().Select(value => value.ToString()) : []),
            row => row.GetProperty("metrics")[0] switch
            {
                { ValueKind: JsonValueKind.Object } money => (double)money.GetProperty("amount").GetDecimal(),
                { ValueKind: JsonValueKind.Null } => 0,
                var number => number.GetDouble(),
            });
    }

    public async Task<double> OneAsync(string metric, string filters = "null") => (await AskAsync(metric, "", filters)).GetValueOrDefault("");

    public async Task<string> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path)) { Content = body is null ? null : new StringContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        using var answer = await Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, string.Create(CultureInfo.InvariantCulture, $"{path}: {(int)answer.StatusCode} {text}"));
        return text;
    }

    public ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process?.Dispose();
        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }
}
