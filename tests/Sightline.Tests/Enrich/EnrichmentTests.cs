using System.Collections;
using System.Text;
using Sightline.Core.Model;
using Sightline.Server.Write.Enrich;
using Sightline.Store;

namespace Sightline.Tests.Enrich;

public sealed class EnrichmentTests : IDisposable
{
    private readonly EnrichBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Steps_run_in_the_documented_order() =>
        Assert.Equal(
            ["clean", "do_not_track", "domains", "bot", "prefetch", "address", "exclusions", "place", "device", "source", "visitor", "tie", "quota"],
            _bench.Enrichment.Statistics.Select(step => step.Name));

    [Fact]
    public void Received_is_events_plus_drops_and_the_batch_s_own_drops_are_among_them()
    {
        var batch = EnrichBench.Batch(EnrichBench.Page(), EnrichBench.Page("ftp://x/"), EnrichBench.Page("https://shop.example/a"));
        batch.Drops.Add(new IncomingDrop(DropReason.Malformed, 4, "{"));
        var into = _bench.Run(batch);
        Assert.Equal(7u, Assert.Single(into.Received).Count);
        Assert.Equal(2, into.Events.Count);
        Assert.Equal(5, into.Drops.Sum(drop => drop.Count));
        Assert.Equal(["/", "/a"], into.Events.Select(e => e.Path));
        Assert.All(into.Drops, drop => Assert.Equal((7u, EnrichBench.NowMs, ReceivedBy.EventApi), (drop.Project, drop.ReceivedMs, drop.ReceivedBy)));
    }

    [Fact]
    public void An_empty_batch_counts_nothing()
    {
        var into = _bench.Run(EnrichBench.Batch());
        Assert.Empty(into.Received);
        Assert.Empty(into.Events);
    }

    [Fact]
    public void Each_step_counts_what_it_saw_and_dropped()
    {
        _bench.Run(EnrichBench.Page(), EnrichBench.Page("ftp://x/"), EnrichBench.Page("https://other.example/"));
        var steps = _bench.Enrichment.Statistics.ToDictionary(step => step.Name);
        Assert.Equal((3, 1), (steps["clean"].Count, steps["clean"].Drops));
        Assert.Equal((2, 1), (steps["domains"].Count, steps["domains"].Drops));
        Assert.Equal((1, 0), (steps["tie"].Count, steps["tie"].Drops));
    }

    [Fact]
    public void Time_spent_is_counted_by_the_clock_given()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(3) };
        using var enrichment = new Enrichment([new PrefetchStep()], time);
        enrichment.Run(EnrichBench.Shop, EnrichBench.Batch(EnrichBench.Page()), new StoreBatch { UpTo = LogPosition.Start });
        Assert.Equal(TimeSpan.FromMilliseconds(3), enrichment.Statistics[0].Elapsed);
    }

    [Fact]
    public void A_batch_larger_than_a_slice_keeps_its_order()
    {
        var into = _bench.Run([.. Enumerable.Range(0, 1000).Select(i => EnrichBench.Page($"https://shop.example/{i}"))]);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"/{i}"), into.Events.Select(e => e.Path));
    }

    [Fact]
    public void The_same_batch_after_a_restart_gives_the_same_events()
    {
        EventBatch Make() => EnrichBench.Batch(
            new IncomingEvent { Url = "https://shop.example/a?utm_source=news", Referrer = "https://www.google.com/", Title = "A", DedupKey = "k", TimeMs = EnrichBench.NowMs - 5 },
            new IncomingEvent { Name = "buy", Kind = EventKind.Interaction, Url = "/b", UserId = "ann", VisitorId = "v1", RevenueE4 = 5 });
        var before = _bench.Run(Make());
        _bench.Restart();
        Assert.Equal(before.Events.Select(Dump), _bench.Run(Make()).Events.Select(Dump));
    }

    [Theory]
    [InlineData("203.0.113.9")]
    [InlineData("2001:db8:1:2:3:4:5:6")]
    public void An_address_reaches_neither_events_nor_samples(string ip)
    {
        IncomingEvent[] events =
        [
            new() { Url = "https://shop.example/", Referrer = "https://www.google.com/", VisitorId = "v", Props = "{\"a\":1}"u8.ToArray() },
            new() { Url = "https://shop.example/", ClientIp = ip },
            new() { Url = $"weird:{ip}" },
            new() { Url = "https://shop.example/", UserAgent = $"Robot/1.0 (from {ip}) bot" },
            new() { Url = "https://elsewhere.example/" },
            new() { Url = "https://shop.example/", TimeMs = 5 },
            new() { Url = "https://shop.example/", Flags = IncomingFlags.Prefetch },
            new() { Url = "https://shop.example/admin" },
            new() { Url = "https://shop.example/", ClientIp = "192.0.2.1" },
            new() { Url = "https://shop.example/", Referrer = "http://semalt.com/x" },
        ];
        var batch = EnrichBench.Batch(events);
        batch.ClientIp = ip;
        var into = _bench.Run(batch, EnrichBench.Shop with { ExcludedIps = ["192.0.2.0/24"], ExcludedPaths = ["/admin*"] });
        Assert.Equal(2, into.Events.Count);
        Assert.Equal(
            [DropReason.BadUrl, DropReason.BadTime, DropReason.Host, DropReason.Bot, DropReason.Prefetch, DropReason.Excluded, DropReason.Excluded, DropReason.ReferrerSpam],
            into.Drops.Select(drop => drop.Reason).OrderBy(reason => Array.IndexOf(
                [DropReason.BadUrl, DropReason.BadTime, DropReason.Host, DropReason.Bot, DropReason.Prefetch, DropReason.Excluded, DropReason.ReferrerSpam], reason)));
        foreach (var held in into.Events.Select(Dump).Concat(into.Drops.Select(drop => drop.ToString())))
        {
            Assert.DoesNotContain(ip, held, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("192.0.2.1", held, StringComparison.Ordinal);
        }

        Assert.Contains(into.Drops, drop => drop.Sample?.Contains("(address)", StringComparison.Ordinal) == true);
    }

    /// <summary>Everything an event holds, as text.</summary>
    internal static string Dump(Event e)
    {
        var text = new StringBuilder();
        foreach (var property in typeof(Event).GetProperties())
        {
            var value = property.GetValue(e);
            text.Append(property.Name).Append('=').Append(value switch
            {
                byte[] bytes => Encoding.UTF8.GetString(bytes),
                string s => s,
                IEnumerable list => string.Join(",", list.Cast<object>()),
                _ => value?.ToString(),
            }).Append('\n');
        }

        return text.ToString();
    }
}
