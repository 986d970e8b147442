using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;
using Sightline.Server.Receive.Lines;

namespace Sightline.Tests.Receive;

/// <summary>Aggregates while their rules change.</summary>
public sealed class LineGatheringTests
{
    private const uint Start = 1_900_000_020;
    private const string Hits = "all.hits (60) = count *.hits";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(Start));

    [Fact]
    public async Task Values_that_arrive_while_other_rules_change_are_in_their_aggregate_once()
    {
        var gathering = Gathering(Hits);
        using var enough = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var (into, sent) = (Writer(), 0);
            for (; sent < 500 || (sent < 200_000 && !enough.IsCancellationRequested); sent++)
            {
                gathering.Add("web.hits"u8, new Point(Start + 5, 1), into);
            }

            return sent;
        }, TestContext.Current.CancellationToken)).ToArray();
        // Another rule comes and goes, and the one that counts moves up and down.
        var (some, more) = (LineRules.Parse("", Hits), LineRules.Parse("", $"other (10) = sum *.misses\n{Hits}"));
        for (var changes = 0; changes < 50; changes++)
        {
            gathering.Use(changes % 2 == 0 ? more : some);
        }

        await enough.CancelAsync();
        var sent = (await Task.WhenAll(senders)).Sum();
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal([("all.hits", Start, sent)], Told(gathering));
    }

    [Fact]
    public void Of_a_rule_that_goes_whole_intervals_are_told_and_of_one_that_comes_the_first_is_left_out()
    {
        var gathering = Gathering(Hits);
        var into = Writer();
        gathering.Add("web.hits"u8, new Point(Start + 5, 1), into);
        _time.Advance(TimeSpan.FromSeconds(62));
        gathering.Add("web.hits"u8, new Point(Start + 6, 1), into);
        gathering.Add("web.hits"u8, new Point(Start + 61, 1), into);
        gathering.Use(LineRules.Parse("", "all.sum (60) = sum *.hits"));
        gathering.Add("web.hits"u8, new Point(Start + 62, 7), into);
        Assert.Equal([("all.hits", Start, 2)], Told(gathering));
        gathering.Add("web.hits"u8, new Point(Start + 120, 8), into);
        _time.Advance(TimeSpan.FromSeconds(200));
        Assert.Equal([("all.sum", Start + 120, 8)], Told(gathering));

        // Without any rule points are what they are.
        gathering.Use(LineRules.Parse("", ""));
        into = Writer();
        gathering.Add("web.hits"u8, new Point(Start + 300, 9), into);
        Assert.Equal([("web.hits", Start + 300, 9)], Points(into));
        _time.Advance(TimeSpan.FromSeconds(200));
        Assert.Empty(Told(gathering));
    }

    private LineGathering Gathering(string rules) =>
        new(new Project { Id = 1, Name = "P", PublicKey = "k" }, LineRules.Parse("", rules), new AggregationBuffers(0), _time);

    private static List<(string Name, uint Time, double Value)> Told(LineGathering gathering)
    {
        var into = Writer();
        gathering.Tell(into);
        return Points(into);
    }

    private static List<(string Name, uint Time, double Value)> Points(PointBatchWriter into)
    {
        var points = new List<(string, uint, double)>();
        var reader = new PointBatchReader(into.Payload.Span);
        while (reader.Read())
        {
            points.Add((Encoding.UTF8.GetString(reader.Name), reader.Point.Time, reader.Point.Value));
        }

        return points;
    }

    private static PointBatchWriter Writer()
    {
        var into = new PointBatchWriter();
        into.Begin(ReceivedBy.Carbon, Start * 1000L, 0);
        return into;
    }
}
