using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sightline.Core.Model;
using Sightline.ServerTests.Cli;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Crash;

/// <summary>Real importers and servers killed in the middle of a file: run again, they go on, and in the end every line is there once.</summary>
public sealed class ImportKillTests : IDisposable
{
    private const int Lines = 120_000;
    private const int StaticEvery = 10;

    private readonly string _directory = Directory.CreateTempSubdirectory("sightline-crash-").FullName;
    private readonly Random _random = new(7);
    private readonly uint _project;

    public ImportKillTests()
    {
        _project = new ProjectStore(SettingsDb.Open(Data, TimeProvider.System), TimeProvider.System).Add("Shop").Id;
        Write(LogFile, Lines);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_directory, "data");

    private string LogFile => Path.Combine(_directory, "access.log");

    [Fact]
    public async Task An_importer_that_is_killed_again_and_again_imports_every_line_once()
    {
        var killed = 0;
        for (var attempt = 0; attempt < 4; attempt++)
        {
            using var importer = StartImporter();
            await SomeLinesTakenAsync(importer);
            killed += Kill(importer);
        }

        Assert.True(killed >= 3, $"only {killed} importers were killed before they had done");
        await ImportRestAsync();
        AssertEveryLineOnce();
    }

    [Fact]
    public async Task A_server_that_is_killed_while_an_import_goes_through_it_has_every_line_once_in_the_end()
    {
        var port = CrashServer.FreePort();
        var killed = 0;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var server = CrashServer.Start(Data, port);
            await server.ReadyAsync(Cancel);
            using var importer = StartImporter();
            await SomeLinesTakenAsync(importer);
            if (attempt == 1)
            {
                killed += Kill(importer);
                server.Kill();
                continue;
            }

            server.Kill();
            await importer.WaitForExitAsync(Cancel);
            // It tells that the server is gone, unless it had just done.
            killed += importer.ExitCode == 0 ? 0 : 1;
        }

        Assert.True(killed >= 2, $"only {killed} imports were cut short");
        using (var server = CrashServer.Start(Data, port))
        {
            await server.ReadyAsync(Cancel);
            await ImportRestAsync();
            Assert.Equal(0, await server.StopAsync(Cancel));
        }

        AssertEveryLineOnce();
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Imports what is left, then once more in vain.</summary>
    private async Task ImportRestAsync()
    {
        var rest = await ImportAsync();
        Assert.True(rest.ExitCode == 0, rest.Error);
        Assert.Equal(rest.Json.GetProperty("lines").GetInt64(),
            rest.Json.GetProperty("stored").GetInt64() + rest.Json.GetProperty("dropped").EnumerateObject().Sum(drop => drop.Value.GetInt64()));
        var again = await ImportAsync();
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(0, again.Json.GetProperty("lines").GetInt64());
    }

    private void AssertEveryLineOnce()
    {
        using var store = EventStore.Open(Data, new EventStoreOptions(), TimeProvider.System);
        Assert.Empty(store.CheckIntegrity());
        var totals = store.Totals(_project, ReceivedBy.AccessLog);
        Assert.Equal((Lines, Lines - (Lines / StaticEvery), Lines / StaticEvery),
            (totals.Received, totals.Stored, totals.Drops.GetValueOrDefault(DropReason.StaticFile)));
        using var snapshot = store.OpenSnapshot(_project, 0, long.MaxValue);
        Assert.Equal(Lines - (Lines / StaticEvery), snapshot.Connection.ScalarLong($"SELECT count(DISTINCT path) FROM {snapshot.Events}"));
        Assert.Equal(Lines - (Lines / StaticEvery), snapshot.Connection.ScalarLong($"SELECT count(*) FROM {snapshot.Events}"));
    }

    private Task<Finished> ImportAsync() => SightlineProcess.RunAsync(_directory, ["import", "logs", LogFile, "--project", $"{_project}", "--data", Data, "--json"]);

    private Process StartImporter()
    {
        var start = CrashServer.NewStart(CrashServer.Sightline("import", "logs", LogFile, "--project", $"{_project}", "--data", Data, "--json"));
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    private static int Kill(Process importer)
    {
        var cutShort = !importer.HasExited;
        importer.Kill();
        importer.WaitForExit();
        return cutShort ? 1 : 0;
    }

    /// <summary>Returns a moment after the log has grown.</summary>
    private async Task SomeLinesTakenAsync(Process importer)
    {
        var before = LogBytes();
        while (!importer.HasExited && LogBytes() <= before)
        {
            await Task.Delay(2, Cancel);
        }

        await Task.Delay(_random.Next(120), Cancel);
    }

    private long LogBytes()
    {
        var log = new DirectoryInfo(Path.Combine(Data, "log"));
        return log.Exists ? log.EnumerateFiles().Sum(file => file.Exists ? file.Length : 0) : 0;
    }

    /// <summary>Every line asks for another page; every tenth for a style sheet.</summary>
    private static void Write(string path, int lines)
    {
        var start = new DateTimeOffset(2015, 5, 17, 10, 5, 3, TimeSpan.Zero);
        using var output = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        for (var line = 0; line < lines; line++)
        {
            var time = start.AddSeconds(line / 10).ToString("dd/MMM/yyyy:HH:mm:ss", CultureInfo.InvariantCulture);
            output.Write(string.Create(CultureInfo.InvariantCulture, $"198.51.{line % 50}.{line % 91} - - [{time} +0000] \"GET /p{line}{(line % StaticEvery == 0 ? ".css" : "")} HTTP/1.1\" 200 512 "));
            output.Write("\"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\"\n");
        }
    }
}
