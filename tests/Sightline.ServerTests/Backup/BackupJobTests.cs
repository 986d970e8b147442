using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Sightline.Server.Backup;
using Sightline.ServerTests.Crash;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Backup;

public sealed class BackupJobTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sightline-backup-");
    private ServerUnderTest _server = null!;
    private Core.Model.Project _project = null!;
    private long _number;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Backups => Path.Combine(_directory.FullName, "backups");

    public async ValueTask InitializeAsync()
    {
        _server = await ServerUnderTest.StartAsync(configure: options => options with { SettleAfterDays = 0, BackupTo = Backups, BackupEvery = TimeSpan.FromHours(1), BackupKeep = 2 });
        _project = _server.AddProject();
        await SendAsync(40, DateTimeOffset.UtcNow.AddDays(-70));
        await SendAsync(30, DateTimeOffset.UtcNow);
        await _server.DrainAsync();
        Assert.NotNull(_server.Path.Store.Maintenance.Settle(() => true));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Events_written_at_each_step_of_a_backup_are_in_it_from_its_position_on_or_not_at_all()
    {
        var steps = new List<string>();
        var made = Job(step =>
        {
            steps.Add(step);
            SendAsync(5, DateTimeOffset.UtcNow).GetAwaiter().GetResult();
            _server.DrainAsync().GetAwaiter().GetResult();
            // What was committed goes into the main file between its two passes.
            _server.Path.Store.Maintenance.Checkpoint();
        });
        Assert.Equal(["main copied", "writer goes on", "store copied", "log copied", "manifest written"], steps);
        Assert.True(made.LogEnd > made.StoredPosition, "what came after the store's moment is in the log");
        var restored = await RestoreAsync("restored");
        // The first three steps' events come before the end of the log that was copied.
        Assert.Equal(Enumerable.Range(1, 85).Select(n => (long)n), restored.Events.Select(e => e.Number).Order());
        Assert.Empty(restored.Unsound);
    }

    [Theory]
    [InlineData("main copied")]
    [InlineData("store copied")]
    [InlineData("log copied")]
    [InlineData("manifest written")]
    public void A_backup_that_dies_at_a_step_is_no_backup_and_the_next_one_clears_it_away(string deadly)
    {
        Assert.Throws<InvalidOperationException>(() => Job(step => throw (step == deadly ? new InvalidOperationException(step) : new NotSupportedException(step)), only: deadly));
        Assert.Single(Directory.EnumerateDirectories(Backups, "*.partial"));
        Assert.Empty(BackupFolder.OpenExisting(Backups).Names());
        Job();
        Assert.Empty(Directory.EnumerateDirectories(Backups, "*.partial"));
        Assert.Single(BackupFolder.OpenExisting(Backups).Names());
    }

    [Fact]
    public void A_later_backup_shares_the_files_of_months_and_pruning_keeps_what_is_used()
    {
        var (first, second) = (Job(), Job());
        Assert.Equal(first.Files.Single(file => file.Shared), second.Files.Single(file => file.Shared));
        var folder = BackupFolder.OpenExisting(Backups);
        Assert.Single(Directory.EnumerateFiles(folder.Months));
        Assert.Equal(1, folder.Prune(keep: 1));
        Assert.Equal([second.Name], folder.Names());
        Assert.Single(Directory.EnumerateFiles(folder.Months));
        Assert.Empty(new RestoreJob(folder, second, TimeProvider.System, _ => { }).Check(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_damaged_file_is_found_before_anything_is_restored()
    {
        var made = Job();
        var main = Path.Combine(Backups, made.Name, "store", "main.duckdb");
        var bytes = File.ReadAllBytes(main);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(main, bytes);
        var target = _directory.CreateSubdirectory("target").FullName;
        var fault = Assert.Throws<BackupException>(() => Restore(made, target, force: false));
        Assert.Contains("store/main.duckdb is damaged", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(target));
    }

    [Theory]
    [InlineData("store/main.duckdb", "store/main.duckdb is damaged")]
    [InlineData("settings.db", "settings.db is damaged")]
    [InlineData("manifest.json", "cannot be read: the backup is damaged")]
    public void A_backup_cut_short_is_refused_and_nothing_is_changed(string place, string why)
    {
        var name = Job().Name;
        using (var file = new FileStream(Path.Combine(Backups, name, place), FileMode.Open))
        {
            file.SetLength(file.Length / 2);
        }

        var target = _directory.CreateSubdirectory("target-of-" + Path.GetFileName(place)).FullName;
        var fault = Assert.Throws<BackupException>(() => Restore(BackupFolder.OpenExisting(Backups).Read(name), target, force: true));
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(target));
    }

    [Fact]
    public void Files_of_a_backup_that_are_gone_are_named()
    {
        var made = Job();
        File.Delete(Directory.EnumerateFiles(Path.Combine(Backups, "months")).Single());
        Directory.Delete(Path.Combine(Backups, made.Name, "log"), recursive: true);
        var target = _directory.CreateSubdirectory("gone").FullName;
        var fault = Assert.Throws<BackupException>(() => Restore(made, target, force: false)).Message;
        Assert.Contains("log/", fault, StringComparison.Ordinal);
        Assert.Contains("store/events-", fault, StringComparison.Ordinal);
        Assert.Contains("nothing was changed", fault, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(target));
    }

    [Fact]
    public async Task A_directory_with_something_in_it_is_restored_into_only_by_force_and_keeps_what_it_had()
    {
        var made = Job();
        var target = _directory.CreateSubdirectory("used").FullName;
        await File.WriteAllTextAsync(Path.Combine(target, "settings.db"), "older", TestContext.Current.CancellationToken);
        Assert.Contains("is not empty", Assert.Throws<BackupException>(() => Restore(made, target, force: false)).Message, StringComparison.Ordinal);
        var aside = Restore(made, target, force: true);
        Assert.Equal("older", await File.ReadAllTextAsync(Path.Combine(aside!, "settings.db"), TestContext.Current.CancellationToken));
        Assert.Equal(70, (await ServeAsync(target)).Events.Count);
    }

    [Fact]
    public void A_server_does_not_start_where_a_restore_was_interrupted()
    {
        var target = _directory.CreateSubdirectory("interrupted").FullName;
        Directory.CreateDirectory(Path.Combine(target, RestoreJob.UnderWork));
        Assert.Contains("was interrupted", Assert.Throws<SettingsException>(() => Server.DataDirectory.Take(target)).Message, StringComparison.Ordinal);
        Restore(Job(), target, force: true);
        Server.DataDirectory.Take(target).Dispose();
    }

    [Fact]
    public void Another_directory_is_not_taken_for_one_of_backups()
    {
        var other = _directory.CreateSubdirectory("photos");
        File.WriteAllText(Path.Combine(other.FullName, "cat.jpg"), "");
        Assert.Contains("holds something else", Assert.Throws<BackupException>(() => BackupFolder.OpenOrCreate(other.FullName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schedule_makes_one_when_the_newest_is_old_and_keeps_as_many_as_it_is_told()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var desk = new BackupDesk(_server.Path, time, Microsoft.Extensions.Logging.Abstractions.NullLogger<BackupDesk>.Instance);
        var schedule = new BackupSchedule(desk, _server.Path.Options, time);
        Assert.True(schedule.RunOnce(Cancel));
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(schedule.RunOnce(Cancel));
        for (var hour = 0; hour < 3; hour++)
        {
            time.Advance(TimeSpan.FromHours(1));
            Assert.True(schedule.RunOnce(Cancel));
        }

        Assert.Equal(2, BackupFolder.OpenExisting(Backups).Names().Count);
        File.Delete(Path.Combine(Backups, BackupFolder.MarkerName));
        time.Advance(TimeSpan.FromHours(1));
        Assert.True(schedule.RunOnce(Cancel));
        Assert.Contains("holds something else", desk.Last!.Fault, StringComparison.Ordinal);
        Assert.False(schedule.RunOnce(Cancel), "a failure is not repeated at once");
        time.Advance(TimeSpan.FromMinutes(15));
        Assert.True(schedule.RunOnce(Cancel));
        Assert.Equal((4, 2), (desk.Done, desk.Failed));
    }

    private BackupManifest Job(Action<string>? step = null, string? only = null)
    {
        var folder = BackupFolder.OpenOrCreate(Backups);
        using var taken = folder.Take();
        return new BackupJob(_server.Data, folder, (_server.Path.Store, _server.Path.Log), TimeProvider.System)
        {
            StepReached = only is null ? step : name =>
            {
                if (name == only)
                {
                    step!(name);
                }
            },
        }.Run(TestContext.Current.CancellationToken);
    }

    private string? Restore(BackupManifest made, string target, bool force) =>
        new RestoreJob(BackupFolder.OpenExisting(Backups), made, TimeProvider.System, _ => { }).Run(target, force, TestContext.Current.CancellationToken);

    private async Task<StoredEvents> RestoreAsync(string name)
    {
        var folder = BackupFolder.OpenExisting(Backups);
        var target = _directory.CreateSubdirectory(name).FullName;
        Assert.Null(Restore(folder.Read(folder.Names()[0]), target, force: false));
        return await ServeAsync(target);
    }

    /// <summary>A server reads what is in the restored log into the store.</summary>
    private async Task<StoredEvents> ServeAsync(string target)
    {
        await using (var app = Server.ServerApp.Build(new Server.ServeOptions { Data = target, Listen = ["http://127.0.0.1:0"], LogLevel = Microsoft.Extensions.Logging.LogLevel.None, OwnerPassword = Browser.Password }))
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, app.Services.GetRequiredService<Server.DataPath>().Log.Statistics.DamagedBytes);
            await app.StopAsync(TestContext.Current.CancellationToken);
        }

        return StoredEvents.Read(target, _project.Id);
    }

    private async Task SendAsync(int count, DateTimeOffset at)
    {
        var events = Enumerable.Range(0, count).Select(_ => string.Create(CultureInfo.InvariantCulture,
            $$$"""{"key":"{{{_project.PublicKey}}}","name":"pageview","url":"https://shop.example/p","visitor_id":"v{{{_number % 7}}}","time":{{{at.ToUnixTimeMilliseconds()}}},"props":{"n":{{{++_number}}}}}"""));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new StringContent($"[{string.Join(',', events)}]"), Headers = { { "User-Agent", NumberedSenders.UserAgent } } };
        using var answer = await _server.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
