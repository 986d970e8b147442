using Sightline.Core.Model;
using Sightline.Server.Import;

namespace Sightline.ServerTests.Import;

public sealed class ControlImportTests
{
    private readonly SkippingClock _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_go_through_socket_gate_log_and_store_once_and_every_one_is_counted()
    {
        await using var server = await ImportServer.StartAsync(_clock);
        var first = await server.ImportAsync(server.Write("a.log", Log(0, 400)));
        Assert.True(first.Succeeded);
        Assert.Equal(400, first.Records);
        Assert.Equal(360, first.Counts.Stored);
        Assert.Equal(40, first.Counts.Drops[DropReason.StaticFile]);

        var again = await server.ImportAsync(server.Write("a.log.1", Log(0, 400)), server.Write("b.log", Log(0, 410)));
        Assert.True(again.Succeeded);
        Assert.Equal(10, again.Records);
        Assert.Equal(9, again.Counts.Stored);
        Assert.Equal(FileOutcome.NothingNew, again.Files[0].Outcome);
        Assert.Equal(369, server.Desk.Counts(server.Project).Stored);
        Assert.Equal(410, server.Desk.Counts(server.Project).Received);
    }

    [Fact]
    public async Task An_importer_killed_in_the_middle_is_followed_by_one_that_goes_on()
    {
        await using var server = await ImportServer.StartAsync(_clock);
        var path = server.Write("a.log", Log(0, 400));
        // Killed: it took the turn, appended one slice and was not heard of again.
        await using var killed = server.Connect();
        await killed.BeginAsync(server.Project, Cancel);
        using (var file = ImportFile.Open(path, TimeProvider.System, () => Stream.Null))
        {
            var slices = new SliceReader(file, file.Scan(null)!, new Core.Wire.AccessLog.AccessLogReader(new()), new FileReport { Name = path }, TimeProvider.System);
            await killed.AppendAsync(slices.Next(120)!, Cancel);
        }

        _clock.Skip(ImportDesk.TurnLives + TimeSpan.FromSeconds(1));
        var report = await server.ImportAsync(path);
        Assert.True(report.Succeeded);
        Assert.Equal(280, report.Records);
        Assert.Equal(400, server.Desk.Counts(server.Project).Received);
        // Should it come back after all, it cannot append any more.
        await Assert.ThrowsAsync<ImportException>(() => killed.AppendAsync(new EventBatch(), Cancel));
    }

    [Fact]
    public async Task Only_one_importer_a_project_has_the_turn_until_it_is_silent_for_a_minute()
    {
        await using var server = await ImportServer.StartAsync(_clock);
        var held = server.Desk.TryTake(server.Project)!;
        Assert.Null(server.Desk.TryTake(server.Project));
        Assert.NotNull(server.Desk.TryTake(server.Project + 1));
        _clock.Skip(TimeSpan.FromSeconds(50));
        Assert.Same(held, server.Desk.Find(server.Project, held.Id));
        _clock.Skip(TimeSpan.FromSeconds(50));
        Assert.Null(server.Desk.TryTake(server.Project));
        _clock.Skip(TimeSpan.FromSeconds(61));
        var next = server.Desk.TryTake(server.Project)!;
        Assert.Null(server.Desk.Find(server.Project, held.Id));
        Assert.Null(await server.Desk.AppendAsync(held, new EventBatch(), Cancel));
        server.Desk.Release(next);
        Assert.NotNull(server.Desk.TryTake(server.Project));
    }

    [Fact]
    public async Task A_project_that_does_not_exist_is_named()
    {
        await using var server = await ImportServer.StartAsync(_clock);
        await using var target = server.Connect();
        var fault = await Assert.ThrowsAsync<ImportException>(() => target.BeginAsync(99, Cancel));
        Assert.Equal("there is no project 99", fault.Message);
    }

    /// <summary>Every tenth line is a style sheet.</summary>
    private static string Log(int from, int count) => string.Concat(Enumerable.Range(from, count).Select(static number =>
        $"192.0.2.1 - - [17/May/2015:10:{number / 60 % 60:00}:{number % 60:00} +0000] \"GET /p{number}{(number % 10 == 0 ? ".css" : "")} HTTP/1.1\" 200 12 \"-\" \"UA\"\n"));
}
