using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Queries.Graphite;
using Sightline.Server.Features.Graphite;
using Sightline.Server.Receive.Carbon;

namespace Sightline.ServerTests.Metrics;

/// <summary>Many who ask heavy metric questions at once, and those who ask small ones beside them.</summary>
public sealed class HeavyQuestionTests
{
    private const int Series = 40;
    private const int Minutes = 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Heavy_questions_wait_for_one_another_and_hold_up_no_small_one()
    {
        await using var server = await StartAsync(TimeSpan.FromSeconds(60));
        var turns = server.Services.GetRequiredService<MetricTurns>();
        // What reads more than two series is heavy.
        turns.Small = new RequestLimits(Minutes * 2, 1_000_000, 1_000_000);
        var slots = turns.Heavy.CurrentCount;
        for (var i = 0; i < slots; i++)
        {
            await turns.Heavy.WaitAsync(Cancel);
        }

        var heavy = Enumerable.Range(0, MetricTurns.MostWaiting).Select(i => server.Client.GetAsync(Heavy(i), Cancel)).ToArray();
        while (turns.Waiting < MetricTurns.MostWaiting)
        {
            await Task.Delay(5, Cancel);
        }

        // Nobody has been answered, and small questions are.
        Assert.Contains("\"m.s3\"", await server.Client.GetStringAsync("/render?target=m.s3&from=-2h&format=json", Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain(heavy, static one => one.IsCompleted);
        // Who comes now is told so, as HTTP tells it.
        using var refused = await server.Client.GetAsync(Heavy(1000), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter!.Delta);
        Assert.Contains("too many heavy questions", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(1, turns.Refused);
        Assert.Contains("sightline_metric_questions_refused_total 1", await server.Client.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);

        turns.Heavy.Release(slots);
        foreach (var one in await Task.WhenAll(heavy))
        {
            using (one)
            {
                Assert.Equal(HttpStatusCode.OK, one.StatusCode);
                Assert.Equal(Series, System.Text.Json.Nodes.JsonNode.Parse(await one.Content.ReadAsStringAsync(Cancel))!.AsArray().Count);
            }
        }

        Assert.Equal((0, slots), (turns.Waiting, turns.Heavy.CurrentCount));
    }

    [Fact]
    public async Task A_question_that_waits_too_long_or_reads_too_much_is_refused_in_words()
    {
        await using var server = await StartAsync(TimeSpan.FromSeconds(3));
        var turns = server.Services.GetRequiredService<MetricTurns>();
        (turns.Small, turns.Most) = (new RequestLimits(Minutes * 2, 1_000_000, 1_000_000), new RequestLimits((Minutes * Series) - 1, 1_000_000, 1_000_000));
        using var large = await server.Client.GetAsync(Heavy(0), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, large.StatusCode);
        Assert.Contains("reads more than 2399 points: ask for fewer series or a shorter time", await large.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        turns.Most = RequestLimits.Most;
        var slots = turns.Heavy.CurrentCount;
        for (var i = 0; i < slots; i++)
        {
            await turns.Heavy.WaitAsync(Cancel);
        }

        using var late = await server.Client.GetAsync(Heavy(1), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
        Assert.Equal(0, turns.Waiting);
        turns.Heavy.Release(slots);
    }

    private static string Heavy(int number) => FormattableString.Invariant($"/render?target=m.*&from=-2h&format=json&noise={number}");

    private static async Task<ServerUnderTest> StartAsync(TimeSpan timeout)
    {
        var server = await ServerUnderTest.StartAsync(configure: options => options with { CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)], LocalAccess = true, QueryTimeout = timeout });
        server.AddProject();
        server.Path.Projects.RunOnce();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60 * 60;
        await CarbonSender.SendAsync(server.Services.GetRequiredService<CarbonListener>().Plaintext[0],
            Enumerable.Range(1, Minutes).SelectMany(minute => Enumerable.Range(0, Series).Select(one => FormattableString.Invariant($"m.s{one} {minute} {now - (minute * 60)}"))));
        await server.DrainAsync();
        return server;
    }
}
