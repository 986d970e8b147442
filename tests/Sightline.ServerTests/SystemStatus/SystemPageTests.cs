using System.Net;
using Sightline.ServerTests.Backup;

namespace Sightline.ServerTests.SystemStatus;

public sealed class SystemPageTests
{
    [Fact]
    public async Task A_checkpoint_that_the_disk_has_no_room_for_is_told_and_made_when_it_has()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (disk, reason) = await OpenDisk.TryMountAsync(megabytes: 64, cancel);
        Assert.SkipWhen(disk is null, reason);
        await using var mounted = disk!;
        await using var server = await ServerUnderTest.StartAsync(
            configure: options => options with { MinFreeDiskBytes = 0, LogSegmentBytes = 1 << 20 }, data: Directory.CreateDirectory(Path.Combine(mounted.Path, "data")).FullName);
        var project = server.AddProject();
        using var owner = await server.SignInAsync();
        mounted.FillTo(1536 << 10);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event")
        {
            Content = new StringContent($$"""{"key":"{{project.PublicKey}}","name":"pageview","url":"https://shop.example/"}"""),
            Headers = { { "User-Agent", NumberedSenders.UserAgent } },
        };
        using var sent = await server.Client.SendAsync(request, cancel);
        Assert.True(sent.IsSuccessStatusCode, sent.StatusCode.ToString());
        await server.DrainAsync();
        Assert.False(server.Path.Store.Maintenance.Checkpoint());
        const string Words = "The disk has no room to move what was written last";
        Assert.Contains(Words, (await owner.GetAsync("/system")).Text, StringComparison.Ordinal);
        var told = await Server.Cli.Doctor.ServerChecks.RunAsync(server.Data, TimeProvider.System, cancel);
        Assert.Contains(told, finding => finding.State == Server.Cli.Doctor.FindingState.Warn && finding.Message.StartsWith(Words, StringComparison.Ordinal));
        mounted.Clear();
        Assert.True(server.Path.Store.Maintenance.Checkpoint());
        Assert.DoesNotContain(Words, (await owner.GetAsync("/system")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_of_no_project_and_a_proxy_that_is_set_up_wrongly_are_told()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { TrustedProxies = [] });
        var project = server.AddProject();
        async Task SendAsync(string key, string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event")
            {
                Content = new StringContent($$"""{"key":"{{key}}","name":"pageview","url":"https://shop.example/"}"""),
                Headers = { { "User-Agent", NumberedSenders.UserAgent }, { "Origin", origin } },
            };
            using var answer = await server.Client.SendAsync(request, cancel);
        }

        await SendAsync("wrong-key", "https://shop.example");
        await SendAsync("wrong-key", "https://shop.example");
        await SendAsync("<b>sale</b>", "null");
        await SendAsync(project.PublicKey, "https://other.example");
        for (var i = 0; i < 50; i++)
        {
            server.Path.Gate.UnknownKeys.Seen("old-key-" + i, "https://many.example");
        }

        await SendAsync("<b>sale</b>", "null");
        await SendAsync("wrong-key", "https://shop.example");
        Assert.Equal(20, server.Path.Gate.UnknownKeys.Since(0).Count);
        using (var owner = await server.SignInAsync())
        {
            owner.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.7");
            await owner.GetAsync("/system");
            var page = WebUtility.HtmlDecode((await owner.GetAsync("/system")).Text);
            // What the fifty pushed out is counted anew: little is kept.
            Assert.Contains("shop.example sends events with the key wrong-key, which no project has (1 so far", page, StringComparison.Ordinal);
            Assert.Contains("Somebody sends events with something that is no key (1 so far", page, StringComparison.Ordinal);
            Assert.DoesNotContain("sale", page, StringComparison.Ordinal);
            Assert.DoesNotContain("other.example", page, StringComparison.Ordinal);
            Assert.Contains("Requests come through 127.0.0.1, which names the visitors' addresses but is not trusted", page, StringComparison.Ordinal);
        }

        var told = await Server.Cli.Doctor.ServerChecks.RunAsync(server.Data, TimeProvider.System, cancel);
        Assert.Contains(told, finding => finding.Message.Contains("set trusted-proxy = 127.0.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proxy_that_says_nothing_of_the_visitors_is_told()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await ServerUnderTest.StartAsync(configure: options => options with { PublicUrl = "https://stats.example.com" });
        async Task<IEnumerable<string>> FaultsAsync(string? forwarded)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
            request.Headers.Host = "stats.example.com";
            if (forwarded is not null)
            {
                request.Headers.Add("X-Forwarded-For", forwarded);
            }

            using var answer = await server.Client.SendAsync(request, cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return ((Server.Health.ProxyWatch)server.Services.GetService(typeof(Server.Health.ProxyWatch))!).Faults();
        }

        using (var direct = await server.Client.GetAsync("/sign-in", cancel))
        {
            Assert.Equal(HttpStatusCode.OK, direct.StatusCode);
        }

        Assert.Empty(await FaultsAsync("198.51.100.7"));
        Assert.StartsWith("The proxy at 127.0.0.1 does not say whom requests come from", Assert.Single(await FaultsAsync(null)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_shows_storage_of_each_project_and_what_to_do_about_a_failing_backup()
    {
        var cancel = TestContext.Current.CancellationToken;
        var other = Directory.CreateTempSubdirectory("sightline-photos-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(other.FullName, "cat.jpg"), "", cancel);
            await using var server = await ServerUnderTest.StartAsync(configure: options => options with { BackupTo = other.FullName });
            var project = server.AddProject("Wheelwright");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event")
            {
                Content = new StringContent($$"""{"key":"{{project.PublicKey}}","name":"pageview","url":"https://shop.example/"}"""),
                Headers = { { "User-Agent", NumberedSenders.UserAgent } },
            };
            using var sent = await server.Client.SendAsync(request, cancel);
            await server.DrainAsync();
            Assert.True(((Server.Backup.BackupSchedule)server.Services.GetService(typeof(Server.Backup.BackupSchedule))!).RunOnce(cancel));

            using var owner = await server.SignInAsync();
            var page = await owner.GetAsync("/system");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Contains("Wheelwright", page.Text, StringComparison.Ordinal);
            Assert.Contains("The last backup failed", page.Text, StringComparison.Ordinal);
            Assert.Contains("DuckDB", page.Text, StringComparison.Ordinal);

            var metrics = await server.Client.GetStringAsync("/metrics", cancel);
            Assert.Contains("\nsightline_backup_failures_total 1\n", metrics, StringComparison.Ordinal);
            Assert.Contains("\nsightline_disk_free_bytes ", metrics, StringComparison.Ordinal);

            // The same in the words of doctor, which asks the running server.
            var findings = await Server.Cli.Doctor.ServerChecks.RunAsync(server.Data, TimeProvider.System, cancel);
            Assert.Contains(findings, finding => finding.State == Server.Cli.Doctor.FindingState.Fail && finding.Message.StartsWith("The last backup failed", StringComparison.Ordinal));
            Assert.Contains(findings, finding => finding.Check == "server" && finding.State == Server.Cli.Doctor.FindingState.Ok);

            server.AddUser("editor@shop.example", Store.Settings.Role.Editor, project.Id);
            using var editor = await server.SignInAsync("editor@shop.example");
            Assert.Equal(HttpStatusCode.Forbidden, (await editor.GetAsync("/system")).Status);
        }
        finally
        {
            other.Delete(recursive: true);
        }
    }
}
