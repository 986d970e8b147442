using Microsoft.Extensions.Time.Testing;
using Sightline.ServerTests.Cli;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Import;

public sealed class FreshProjectTests
{
    /// <summary>As a script does it: <c>project add</c>, and the next line imports and asks. The server's clock stands still, so it has not looked at the settings since.</summary>
    [Fact]
    public async Task A_project_added_a_moment_ago_by_another_process_takes_an_import_and_a_query()
    {
        await using var server = await ServerUnderTest.StartAsync(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var project = new ProjectStore(SettingsDb.Open(server.Data, TimeProvider.System), TimeProvider.System).Add("Fresh");
        var log = System.IO.Path.Combine(server.Data, "access.log");
        await File.WriteAllTextAsync(
            log,
            "203.0.113.7 - - [01/Nov/2026:00:00:01 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\"\n",
            TestContext.Current.CancellationToken);
        var asked = await SightlineProcess.RunAsync(
            server.Data, ["query", "-", "--project", $"{project.Id}", "--data", server.Data, "--format", "json"], """{"metrics":["visitors"],"range":"7d"}""");
        Assert.True(asked.ExitCode == 0, asked.Error);
        var second = new ProjectStore(SettingsDb.Open(server.Data, TimeProvider.System), TimeProvider.System).Add("Fresher");
        var dry = await SightlineProcess.RunAsync(server.Data, ["import", "logs", log, "--project", $"{second.Id}", "--data", server.Data, "--json", "--dry-run"]);
        Assert.True(dry.ExitCode == 0, dry.Error);
    }
}
