using System.Net;
using Sightline.ServerTests.Backup;

namespace Sightline.ServerTests.SystemStatus;

public sealed class SystemPageTests
{
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
