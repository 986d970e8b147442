using System.Text.Json;

namespace Sightline.ServerTests.Cli;

public sealed class VerbTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sightline-cli-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_project_is_made_listed_shown_changed_and_removed()
    {
        var added = await RunAsync("project", "add", "My shop", "--domain", "Shop.example.com", "--timezone", "Europe/Berlin", "--goal", "Order=page:/thanks*", "--json");
        Assert.Equal((0, ""), (added.ExitCode, added.Error));
        Assert.Equal(1, added.Json.GetProperty("id").GetInt32());
        Assert.Equal("shop.example.com", added.Json.GetProperty("domains")[0].GetString());
        Assert.Equal("/thanks*", added.Json.GetProperty("goals")[0].GetProperty("page").GetString());
        Assert.Equal(JsonValueKind.Null, added.Json.GetProperty("goals")[0].GetProperty("event").ValueKind);

        var listed = (await RunAsync("project", "list", "--json")).Json;
        Assert.Equal(added.Json.GetProperty("public_key").GetString(), Assert.Single(listed.EnumerateArray()).GetProperty("public_key").GetString());
        var shown = await RunAsync("project", "show", "1", "--json");
        Assert.Equal(added.Output, shown.Output);

        var changed = (await RunAsync("project", "update", "1", "--name", "Store", "--domain", "", "--goal", "Signup=event:signup", "--remove-goal", "1", "--json")).Json;
        Assert.Equal("Store", changed.GetProperty("name").GetString());
        Assert.Equal("Europe/Berlin", changed.GetProperty("timezone").GetString());
        Assert.Equal(0, changed.GetProperty("domains").GetArrayLength());
        Assert.Equal(2, Assert.Single(changed.GetProperty("goals").EnumerateArray()).GetProperty("id").GetInt32());

        Assert.Equal(0, (await RunAsync("project", "remove", "1")).ExitCode);
        Assert.Equal("[]", (await RunAsync("project", "list", "--json")).Output.Trim());
        Assert.Equal((1, "", "sightline: there is no project 1\n"), Tuple(await RunAsync("project", "show", "1")));
    }

    [Fact]
    public async Task A_project_shows_every_key_and_address_a_client_needs()
    {
        await RunAsync("project", "add", "Shop");
        var shown = (await RunAsync("project", "show", "1", "--json", "--url", "https://stats.example.com/")).Json;
        var key = shown.GetProperty("public_key").GetString();
        var sentry = shown.GetProperty("sentry_key").GetString();
        Assert.Equal($"<script defer src=\"https://stats.example.com/sl.js\" data-project=\"{key}\"></script>", shown.GetProperty("snippet").GetString());
        Assert.Equal("https://stats.example.com/api/event", shown.GetProperty("event_api_url").GetString());
        Assert.Equal("https://stats.example.com/matomo.php", shown.GetProperty("matomo_url").GetString());
        Assert.Equal(1, shown.GetProperty("matomo_site_id").GetInt32());
        Assert.Matches("^G-[A-Z0-9]{10}$", shown.GetProperty("ga4_measurement_id").GetString());
        Assert.Equal($"https://{sentry}@stats.example.com/1", shown.GetProperty("sentry_dsn").GetString());
    }

    [Fact]
    public async Task People_get_words_and_the_snippet()
    {
        var added = await RunAsync("project", "add", "My shop");
        Assert.Equal(0, added.ExitCode);
        Assert.Contains("Added project 1, My shop.", added.Output, StringComparison.Ordinal);
        Assert.Contains("/sl.js\" data-project=\"", added.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', added.Output);
        Assert.Contains("My shop", (await RunAsync("project", "list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_shown_once_and_revoked()
    {
        var added = await RunAsync("token", "add", "ci", "--scope", "read,ingest", "--json");
        Assert.Equal(0, added.ExitCode);
        var secret = added.Json.GetProperty("token").GetString()!;
        Assert.Matches("^slt_[0-9a-f]{64}$", secret);

        var listed = await RunAsync("token", "list", "--json");
        Assert.DoesNotContain(secret, listed.Output, StringComparison.Ordinal);
        var token = Assert.Single(listed.Json.EnumerateArray());
        Assert.Equal(["read", "ingest"], token.GetProperty("scopes").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal(JsonValueKind.Null, token.GetProperty("last_used").ValueKind);

        Assert.Equal(0, (await RunAsync("token", "revoke", "1")).ExitCode);
        Assert.Equal("[]", (await RunAsync("token", "list", "--json")).Output.Trim());
        Assert.Equal(1, (await RunAsync("token", "revoke", "1")).ExitCode);

        // For scripts: T=$(sightline token add ...)
        Assert.Matches("^slt_[0-9a-f]{64}\n$", (await RunAsync("token", "add", "x", "--scope", "admin")).Output);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("project")]
    [InlineData("project", "add")]
    [InlineData("project", "show", "one")]
    [InlineData("project", "add", "x", "--timezone", "Mars/Olympus")]
    [InlineData("project", "add", "x", "--goal", "Signup")]
    [InlineData("project", "add", "x", "--url", "stats")]
    [InlineData("token", "add", "x")]
    [InlineData("token", "add", "x", "--scope", "everything")]
    [InlineData("serve", "--unknown", "1")]
    [InlineData("serve", "--max-body", "big")]
    public async Task Wrong_usage_ends_with_2_and_a_line_on_standard_error(params string[] arguments)
    {
        var finished = await RunAsync(arguments);
        Assert.Equal((2, ""), (finished.ExitCode, finished.Output));
        Assert.StartsWith("sightline: ", finished.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", finished.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("project", "list")]
    [InlineData("project", "show", "1")]
    [InlineData("project", "remove", "1")]
    [InlineData("token", "list")]
    public async Task Verbs_that_only_read_make_no_data_directory(params string[] arguments)
    {
        var finished = await RunAsync(arguments);
        Assert.Equal(1, finished.ExitCode);
        Assert.Contains("--data", finished.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public async Task The_data_directory_comes_from_the_option_or_the_environment()
    {
        var environment = new Dictionary<string, string> { ["SIGHTLINE_DATA"] = "from-environment" };
        Assert.Equal(0, (await SightlineProcess.RunAsync(_directory, ["project", "add", "A"], environment: environment)).ExitCode);
        Assert.Equal(0, (await SightlineProcess.RunAsync(_directory, ["project", "add", "B", "--data", "from-option"], environment: environment)).ExitCode);
        Assert.Equal(["from-environment", "from-option"], Directory.GetDirectories(_directory).Select(Path.GetFileName).Order());
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(_directory, "from-option")));
    }

    [Fact]
    public async Task Serve_tells_all_faults_at_once_or_shows_what_holds()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "s.conf"), "log-level = loud\nmax-body = 2M\n", TestContext.Current.CancellationToken);
        var faulty = await RunAsync("serve", "--check-config", "--config", "s.conf", "--query-timeout", "soon", "--listen", "here");
        Assert.Equal((2, ""), (faulty.ExitCode, faulty.Output));
        Assert.Equal(3, faulty.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        await File.WriteAllTextAsync(Path.Combine(_directory, "s.conf"), "max-body = 2M\n", TestContext.Current.CancellationToken);
        var fine = await RunAsync("serve", "--check-config", "--config", "s.conf", "--listen", "http://127.0.0.1:1", "--listen", "http://127.0.0.1:2");
        Assert.Equal((0, ""), (fine.ExitCode, fine.Error));
        Assert.Matches("max-body +2M +s.conf: max-body", fine.Output);
        Assert.Matches("listen +http://127.0.0.1:1, http://127.0.0.1:2 +--listen", fine.Output);
        Assert.False(Directory.Exists(Path.Combine(_directory, "data")));
    }

    [Fact]
    public async Task Doctor_looks_at_everything_and_fails_on_damage()
    {
        await RunAsync("project", "add", "A");
        var well = await RunAsync("doctor", "--json");
        Assert.All(well.Json.EnumerateArray(), f => Assert.Contains(f.GetProperty("state").GetString(), new[] { "ok", "warn" }));
        Assert.Superset(
            new HashSet<string> { "data", "disk", "clock", "time zones", "open files", "receive buffers", "settings", "server", "store" },
            well.Json.EnumerateArray().Select(f => f.GetProperty("check").GetString()!).ToHashSet());
        Assert.Equal(0, well.ExitCode);

        await File.WriteAllTextAsync(Path.Combine(_directory, "data", "settings.db"), new string('x', 8192), TestContext.Current.CancellationToken);
        var ill = await RunAsync("doctor");
        Assert.Equal(1, ill.ExitCode);
        Assert.Matches("(?m)^fail  settings ", ill.Output);
    }

    [Fact]
    public async Task Version_and_help_answer_on_standard_output()
    {
        Assert.StartsWith("sightline 1", (await RunAsync("version")).Output, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.String, (await RunAsync("version", "--json")).Json.GetProperty("version").ValueKind);
        foreach (var arguments in new string[][] { [], ["--help"], ["project", "add", "--help"] })
        {
            var help = await RunAsync(arguments);
            Assert.Equal((0, ""), (help.ExitCode, help.Error));
            Assert.Contains("Usage:", help.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Processes_at_the_same_time_lose_nothing()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => RunAsync("project", "add", $"P{i}")));
        Assert.All(all, finished => Assert.Equal((0, ""), (finished.ExitCode, finished.Error)));
        Assert.Equal(6, (await RunAsync("project", "list", "--json")).Json.GetArrayLength());
    }

    private static (int ExitCode, string Output, string Error) Tuple(Finished finished) => (finished.ExitCode, finished.Output, finished.Error);

    private Task<Finished> RunAsync(params string[] arguments) => SightlineProcess.RunAsync(_directory, arguments);
}
