using System.Net;
using Sightline.Server.Backup;
using Sightline.ServerTests.Cli;

namespace Sightline.ServerTests.Backup;

/// <summary>Backups onto a real disk that is full, or becomes so in the middle.</summary>
public sealed class BackupDiskFullTests : IAsyncLifetime
{
    private OpenDisk? _disk;
    private string _reason = "";
    private ServerUnderTest _server = null!;
    private Core.Model.Project _project = null!;
    private int _sent;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Backups => Path.Combine(_disk!.Path, "backups");

    public async ValueTask InitializeAsync()
    {
        (_disk, _reason) = await OpenDisk.TryMountAsync(megabytes: 80, Cancel);
        _server = await ServerUnderTest.StartAsync();
        _project = _server.AddProject();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        if (_disk is not null)
        {
            await _disk.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("main copied")]
    [InlineData("writer goes on")]
    [InlineData("store copied")]
    [InlineData("log copied")]
    public async Task A_disk_that_fills_up_in_the_middle_ends_the_backup_and_nothing_else(string step)
    {
        Assert.SkipWhen(_disk is null, _reason);
        await SendAsync();
        var whole = Run(null);
        var fault = Assert.Throws<BackupException>(() => Run(reached =>
        {
            // The store's write-ahead log and the durable log have something to be copied at every step.
            SendAsync().GetAwaiter().GetResult();
            if (reached == step)
            {
                _disk!.FillTo(0);
            }
        }));
        Assert.Contains($"the disk of {Backups} is full", fault.Message, StringComparison.Ordinal);
        var folder = BackupFolder.OpenExisting(Backups);
        Assert.Equal([whole.Name], folder.Names());
        Assert.Equal([whole.Name, BackupFolder.MarkerName, "lock", "months"], Directory.EnumerateFileSystemEntries(Backups).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(new RestoreJob(folder, whole, TimeProvider.System, static _ => { }).Check(Cancel));
        await SendAsync();
        _disk!.Clear();
        Assert.Equal(2, (Run(null), folder.Names().Count).Item2);
        Assert.Equal(_sent, await _server.StoredEventsAsync());
    }

    [Fact]
    public async Task A_disk_without_room_is_said_so_before_anything_is_written_and_on_the_command_line()
    {
        Assert.SkipWhen(_disk is null, _reason);
        await SendAsync();
        _disk!.FillTo(20 << 20);
        var said = await SightlineProcess.RunAsync(_server.Data, ["backup", Backups, "--data", _server.Data]);
        Assert.Equal(1, said.ExitCode);
        Assert.Matches("^sightline: the disk of .* has (19|20) MiB free; the backup needs about [0-9]+ MiB and 32 MiB are to stay free: make room or take another directory\n$", said.Error);
        Assert.Empty(BackupFolder.OpenExisting(Backups).Names());
        _disk!.FillTo(0);
        var full = await SightlineProcess.RunAsync(_server.Data, ["backup", Path.Combine(_disk!.Path, "other"), "--data", _server.Data]);
        Assert.Equal((1, ""), (full.ExitCode, full.Output));
        Assert.Single(full.Error.TrimEnd('\n').Split('\n'));
        Assert.Matches("full|free", full.Error);
        await SendAsync();
        Assert.Equal(_sent, await _server.StoredEventsAsync());
    }

    [Fact]
    public async Task A_backup_beside_the_data_leaves_the_server_the_room_it_needs()
    {
        Assert.SkipWhen(_disk is null, _reason);
        await using var server = await ServerUnderTest.StartAsync(
            configure: options => options with { MinFreeDiskBytes = 60L << 20, LogSegmentBytes = 1 << 20 }, data: Directory.CreateDirectory(Path.Combine(_disk!.Path, "data")).FullName);
        server.AddProject();
        var desk = (BackupDesk)server.Services.GetService(typeof(BackupDesk))!;
        var beside = Path.Combine(_disk!.Path, "beside");
        Assert.Equal(1, desk.Run(beside, 0, isScheduled: false, null, Cancel).Format);
        _disk!.FillTo(60 << 20);
        Assert.Contains("60 MiB are to stay free", Assert.Throws<BackupException>(() => desk.Run(beside, 0, isScheduled: false, null, Cancel)).Message, StringComparison.Ordinal);
        var elsewhere = Directory.CreateTempSubdirectory("sightline-elsewhere-");
        try
        {
            Assert.Equal(1, desk.Run(elsewhere.FullName, 0, isScheduled: false, null, Cancel).Format);
        }
        finally
        {
            elsewhere.Delete(recursive: true);
        }
    }

    private BackupManifest Run(Action<string>? step)
    {
        var folder = BackupFolder.OpenOrCreate(Backups);
        using var taken = folder.Take();
        return new BackupJob(_server.Data, folder, (_server.Path.Store, _server.Path.Log), TimeProvider.System) { StepReached = step }.Run(Cancel);
    }

    private async Task SendAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event")
        {
            Content = new StringContent($$"""{"key":"{{_project.PublicKey}}","name":"pageview","url":"https://shop.example/{{++_sent}}"}"""),
            Headers = { { "User-Agent", NumberedSenders.UserAgent } },
        };
        using var answer = await _server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await _server.DrainAsync();
    }
}
