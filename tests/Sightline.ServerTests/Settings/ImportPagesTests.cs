using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server.Cli;
using Sightline.Server.Features.Imports;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Settings;

public sealed class ImportPagesTests
{
    private const string Agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
    private const string Imports = "/projects/1/imports";

    [Fact]
    public async Task An_upload_is_shown_first_then_imported_and_adds_up()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var owner = await server.SignInAsync();
        var uploaded = await UploadAsync(owner, "../../access.log", Log(20) + "GET nothing readable\n" + Line("203.0.113.9", "/logo.png"));
        Assert.Equal(HttpStatusCode.Redirect, uploaded.Status);
        var page = await owner.GetAsync(uploaded.Location);
        Assert.Contains("Format: combined.", page.Text, StringComparison.Ordinal);
        Assert.Contains("Of the first 22 lines 20 would count.", page.Text, StringComparison.Ordinal);
        Assert.Contains("Static files", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113", page.Text.Split("aria-label=\"Lines that would not count\"")[0], StringComparison.Ordinal);
        Assert.Equal(0, await server.StoredEventsAsync());
        Assert.Contains("Of the first 22 lines 21 would count.", (await owner.GetAsync(uploaded.Location + "?static=yes")).Text, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync(uploaded.Location, uploaded.Location + "/start", ("format", "auto"), ("zone", "UTC"))).Status);
        var job = await EndAsync(server);
        Assert.Equal((ImportState.Done, 22L, 20L, null), (job.State, job.Records, job.Stored, job.Fault));
        Assert.Equal("malformed=1 static_file=1", string.Join(' ', job.Drops.Split(' ').Order(StringComparer.Ordinal)));
        Assert.Equal(20, await server.StoredEventsAsync());
        Assert.Contains("Static files", (await owner.GetAsync(uploaded.Location)).Text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(server.Data, "uploads", "1")));
        Assert.Contains("access", (await owner.GetAsync(Imports)).Text, StringComparison.Ordinal);

        // The same again: known, and said so.
        var again = await UploadAsync(owner, "copy.log", Log(20) + "GET nothing readable\n" + Line("203.0.113.9", "/logo.png"));
        Assert.Contains("is imported already", (await owner.GetAsync(again.Location)).Text, StringComparison.Ordinal);
        await owner.SubmitAsync(again.Location, again.Location + "/start");
        Assert.Equal("everything in it was imported before", (await EndAsync(server, 2)).Fault);
        Assert.Equal(20, await server.StoredEventsAsync());
        Assert.Equal(["started an import", "uploaded a log file"], server.Services.GetRequiredService<ActivityLog>().List(1, 50, 0).Select(entry => entry.Action).Where(action => action.Contains("log file", StringComparison.Ordinal) || action.Contains("import", StringComparison.Ordinal)).Take(2));
    }

    [Fact]
    public async Task An_upload_needs_a_token_a_file_and_the_right()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var owner = await server.SignInAsync();
        using var without = await owner.Client.PostAsync(Imports + "/upload", Form("a.log", Log(1)), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await UploadAsync(owner, "", "")).Status);
        server.AddUser("viewer@example.com", Role.Viewer, 1);
        using var viewer = await server.SignInAsync("viewer@example.com");
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetAsync(Imports)).Status);
        Assert.Empty(Directory.Exists(Path.Combine(server.Data, "uploads")) ? Directory.GetDirectories(Path.Combine(server.Data, "uploads")) : []);
    }

    [Fact]
    public async Task An_import_goes_on_after_a_restart_and_a_stopped_one_does_not()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var owner = await server.SignInAsync();
        var first = await UploadAsync(owner, "first.log", Log(50));
        var second = await UploadAsync(owner, "second.log", Log(60, "/other"));
        await owner.SubmitAsync(second.Location, second.Location + "/cancel");
        // As if the server had been killed just after the start was written down.
        Assert.True(server.Services.GetRequiredService<ImportJobStore>().Start(1, 1, new ImportReading().Text));
        await server.RestartAsync();
        var job = await EndAsync(server);
        Assert.Equal((ImportState.Done, 50L, 50L), (job.State, job.Records, job.Stored));
        Assert.Equal(ImportState.Cancelled, server.Services.GetRequiredService<ImportJobStore>().Find(1, 2)!.State);
        Assert.Equal(50, await server.StoredEventsAsync());
        Assert.Empty(Directory.GetDirectories(Path.Combine(server.Data, "uploads")));
    }

    [Fact]
    public async Task What_the_command_line_imports_is_on_the_page()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        var path = Path.Combine(server.Data, "cli.log");
        await File.WriteAllTextAsync(path, Log(30), TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        var context = new CliContext(TimeProvider.System, TextReader.Null, output, output, _ => null, IsTerminal: false);
        File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));
        Assert.Equal(0, await RootVerb.RunAsync(["import", "logs", path, "--project", "1", "--data", server.Data], context));
        var job = Assert.Single(server.Services.GetRequiredService<ImportJobStore>().Of(1));
        Assert.Equal((ImportOrigin.CommandLine, ImportState.Done, "cli.log", 30L, 30L), (job.Origin, job.State, job.Name, job.Records, job.Stored));
        Assert.Equal((new FileInfo(path).Length, job.Size), (job.Size, job.Position));
        using var owner = await server.SignInAsync();
        Assert.Contains("command line", (await owner.GetAsync(Imports)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_far_the_command_line_is_with_all_its_files_is_on_the_page()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        var paths = Enumerable.Range(1, 2).Select(n => Path.Combine(server.Data, $"part-{n}.log")).ToArray();
        foreach (var path in paths)
        {
            await File.WriteAllTextAsync(path, Log(40, "/" + Path.GetFileName(path)), TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));
        }

        using var owner = await server.SignInAsync();
        var jobs = server.Services.GetRequiredService<ImportJobStore>();
        var seen = new List<(long Position, long Size, string Name)>();
        await using (var target = new Server.Import.ControlTarget(Server.ControlSocket.TryConnect(server.Data)!, TimeProvider.System))
        {
            var importer = new Server.Import.Importer(target, TimeProvider.System, () => Stream.Null, _ =>
            {
                if (jobs.Of(1) is [var job])
                {
                    seen.Add((job.Position, job.Size, job.Name));
                }
            });
            Assert.True((await importer.RunAsync(new Server.Import.ImportRequest { Project = 1, Files = paths, SliceLines = 20 }, TestContext.Current.CancellationToken)).Succeeded);
        }

        var size = paths.Sum(path => new FileInfo(path).Length);
        Assert.NotEmpty(seen);
        Assert.All(seen, tick => Assert.Equal(size, tick.Size));
        Assert.All(seen, tick => Assert.InRange(tick.Position, 1, size));
        var done = Assert.Single(jobs.Of(1));
        Assert.Equal((ImportState.Done, size, size, 80L), (done.State, done.Position, done.Size, done.Records));

        var running = jobs.Add(1, ImportOrigin.CommandLine, "part-3.log", "command line", 1000);
        jobs.Progress(running.Id, "part-3.log", 420, 7, 7, "");
        Assert.Contains("running, 42%", (await owner.GetAsync(Imports)).Text, StringComparison.Ordinal);
        Assert.Contains("<progress max=\"1000\" value=\"420\"", (await owner.GetAsync($"{Imports}/{running.Id}")).Text, StringComparison.Ordinal);
    }

    private static async Task<ImportJob> EndAsync(ServerUnderTest server, long job = 1)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var found = server.Services.GetRequiredService<ImportJobStore>().Find(1, job)!;
            if (found.State > ImportState.Running)
            {
                return found;
            }

            await Task.Delay(20, timeout.Token);
        }
    }

    private static async Task<Page> UploadAsync(Browser browser, string name, string content)
    {
        var form = System.Text.RegularExpressions.Regex.Match((await browser.GetAsync(Imports)).Text, "action=\"(/projects/1/imports/upload[?]form=[^\"]+)\"").Groups[1].Value;
        using var answer = await browser.Client.PostAsync(WebUtility.HtmlDecode(form), Form(name, content), TestContext.Current.CancellationToken);
        return new Page(answer, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static MultipartFormDataContent Form(string name, string content)
    {
        var form = new MultipartFormDataContent();
        if (name.Length > 0)
        {
            form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", name);
        }
        else
        {
            form.Add(new StringContent("x"), "other");
        }

        return form;
    }

    private static string Log(int lines, string path = "/page") => string.Concat(Enumerable.Range(0, lines).Select(i => Line($"198.51.100.{i}", $"{path}/{i}")));

    private static string Line(string address, string path) => $"{address} - - [20/Nov/2026:10:00:00 +0000] \"GET {path} HTTP/1.1\" 200 512 \"-\" \"{Agent}\"\n";
}
