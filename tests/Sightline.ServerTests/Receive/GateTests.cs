using System.Buffers;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Server.Receive;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Receive;

public sealed class GateTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    /// <summary>Decision 001: the envelope knows nothing of what is inside.</summary>
    [Fact]
    public async Task A_second_kind_of_record_needs_no_change_of_log_or_gate()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        var from = server.Path.Log.DurableEnd;
        byte[] points = [7, 7, 7, 0, 255];
        var answer = await server.Path.Gate.AppendAsync(project, RecordKind.Points, points, count: 3, ReceivedBy.EventApi, Cancel);
        Assert.True(answer.Accepted);

        using var reader = server.Path.Log.OpenReader(from);
        Assert.True(reader.TryRead(out var record));
        Assert.Equal(RecordKind.Points, record.Kind);
        Assert.Equal(project.Id, record.Project);
        Assert.Equal(points, record.Payload.ToArray());
    }

    [Fact]
    public async Task A_project_over_its_rate_is_asked_to_wait_and_others_are_not()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000));
        await using var server = await ServerUnderTest.StartAsync(time);
        var limited = server.AddProject("Limited", new ProjectChange { EventsPerSecond = 2 });
        var free = server.AddProject("Free");

        for (var i = 0; i < 20; i++)
        {
            Assert.True((await server.Path.Gate.AppendAsync(limited, One(), Cancel)).Accepted, $"the burst of ten seconds covers event {i}");
        }

        var refused = await server.Path.Gate.AppendAsync(limited, One(), Cancel);
        Assert.Equal(RejectReason.RateLimited, refused.Reason);
        Assert.Equal(429, refused.StatusCode);
        Assert.True((await server.Path.Gate.AppendAsync(free, One(), Cancel)).Accepted);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await server.Path.Gate.AppendAsync(limited, One(), Cancel)).Accepted);
        Assert.Equal(1, server.Path.Counters.RejectedBy(ReceivedBy.EventApi, RejectReason.RateLimited));
    }

    [Fact]
    public async Task A_closed_gate_takes_nothing()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        server.Path.Gate.Close();
        var answer = await server.Path.Gate.AppendAsync(project, One(), Cancel);
        Assert.Equal(RejectReason.Busy, answer.Reason);
        Assert.True(answer.RetryAfterSeconds > 0);
    }

    [Fact]
    public async Task A_batch_over_the_log_s_record_size_is_too_large()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        var answer = await server.Path.Gate.AppendAsync(project, RecordKind.Points, new byte[17 << 20], 1, ReceivedBy.EventApi, Cancel);
        Assert.Equal(RejectReason.TooLarge, answer.Reason);
    }

    [Fact]
    public async Task Concurrent_batches_keep_their_own_bytes()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        var from = server.Path.Log.DurableEnd;
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(async () =>
        {
            var batch = One();
            batch.Events[0].Title = new string((char)('a' + (i % 26)), 1 + (i * 3));
            batch.Events[0].Name = $"event {i}";
            Assert.True((await server.Path.Gate.AppendAsync(project, batch, Cancel)).Accepted);
        })));

        var seen = new HashSet<string>();
        using var reader = server.Path.Log.OpenReader(from);
        while (reader.TryRead(out var record))
        {
            var item = EventBatchCodec.Read(record.Payload.Span).Events[0];
            var i = int.Parse(item.Name["event ".Length..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(new string((char)('a' + (i % 26)), 1 + (i * 3)), item.Title);
            Assert.True(seen.Add(item.Name));
        }

        Assert.Equal(500, seen.Count);
    }

    private static EventBatch One()
    {
        var batch = new EventBatch { ReceivedBy = ReceivedBy.EventApi, ReceivedMs = 1_790_000_000_000, ClientIp = "192.0.2.1", UserAgent = "Mozilla/5.0" };
        batch.Events.Add(new IncomingEvent { Url = "https://shop.example/" });
        return batch;
    }
}
