using System.Text;
using Sightline.Core.Model;

namespace Sightline.ServerTests.Matomo;

/// <summary>npm's <c>matomo-tracker</c>, unmodified, run by Node.</summary>
public sealed class MatomoTrackerTests
{
    private const string Script = """
        const MatomoTracker = require('matomo-tracker');
        const [url, token] = process.argv.slice(1);
        // The client never reads the body of an answer, so its sockets would keep Node alive: four answers and the bulk's text are the end.
        let awaited = 5;
        const arrived = () => --awaited || process.exit();
        require('diagnostics_channel').subscribe('http.client.response.finish', arrived);
        const tracker = new MatomoTracker(1, url + 'matomo.php');
        tracker.on('error', error => { console.error('refused: ' + error); process.exit(1); });
        tracker.track('https://shop.example.com/');
        tracker.track({ url: 'https://shop.example.com/shoes', action_name: 'Schuhe & Stiefel', ua: 'Node.js', urlref: 'https://news.example/', uid: 'ada', dimension2: 'gold' });
        tracker.track({ url: 'https://shop.example.com/old', token_auth: token, cip: '198.51.100.7', cdt: 1500000000, country: 'fr' });
        tracker.trackBulk([
          { url: 'https://shop.example.com/a', action_name: 'A' },
          { url: 'https://shop.example.com/a', e_c: 'Video', e_a: 'play', e_v: 3 },
          { url: 'https://shop.example.com/a', idgoal: 77 },
          { url: 'https://shop.example.com/thanks', idgoal: 0, ec_id: 'A-1', revenue: 12.5, ec_items: JSON.stringify([['S1', 'Shoe', 'Men', 12.5, 1]]) },
        ], answer => { console.log(answer); arrived(); });
        """;

    [Fact]
    public async Task Single_hits_and_a_bulk_of_the_npm_client_are_durable_when_answered()
    {
        var server = new MatomoServer();
        await server.InitializeAsync();
        try
        {
            var printed = await NodeClient.RunAsync(Script, server.Address.ToString(), server.Token);
            Assert.Equal("""{"status":"success","tracked":3,"invalid":1}""", printed.Trim());
            var batches = server.Durable();
            var events = batches.SelectMany(batch => batch.Events).ToList();
            Assert.Equal(
                [
                    "Interaction order https://shop.example.com/thanks", "Interaction play https://shop.example.com/a", "PageView pageview https://shop.example.com/",
                    "PageView pageview https://shop.example.com/a", "PageView pageview https://shop.example.com/old", "PageView pageview https://shop.example.com/shoes",
                    "Passive order_item https://shop.example.com/thanks",
                ],
                events.Select(e => $"{e.Kind} {e.Name} {e.Url}").Order(StringComparer.Ordinal));
            var drop = Assert.Single(batches.SelectMany(batch => batch.Drops));
            Assert.Equal((DropReason.UnknownReference, "there is no goal 77; url=https://shop.example.com/a"), (drop.Reason, drop.Sample));
            var shoes = events.Single(e => e.Url!.EndsWith("/shoes", StringComparison.Ordinal));
            Assert.Equal(("Schuhe & Stiefel", "Node.js", "https://news.example/", "ada", """{"dimension2":"gold"}"""),
                (shoes.Title, shoes.UserAgent, shoes.Referrer, shoes.UserId, Encoding.UTF8.GetString(shoes.Props!)));
            var old = events.Single(e => e.Url!.EndsWith("/old", StringComparison.Ordinal));
            Assert.Equal((1_500_000_000_000, "198.51.100.7", "FR"), (old.TimeMs, old.ClientIp, old.Country));
            Assert.Equal((125_000, "A-1"), (events.Single(e => e.Name == "order").RevenueE4, events.Single(e => e.Name == "order").DedupKey));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_is_left_out_and_what_is_refused_is_counted_with_its_reason()
    {
        var server = new MatomoServer();
        await server.InitializeAsync();
        try
        {
            await RawHttp.SendAsync(server.Address, "GET /matomo.php?idsite=1");
            await RawHttp.SendAsync(server.Address, "GET /matomo.php?idsite=1&rec=1", null, "Cookie: other=1; matomo_ignore=ignore%3D%2A");
            await RawHttp.SendAsync(server.Address, "GET /matomo.php?idsite=1&rec=1", null, "Sec-Purpose: prefetch;prerender");
            await RawHttp.SendAsync(server.Address, "GET /matomo.php?idsite=1&rec=1&cip=1.2.3.4&send_image=0");
            await RawHttp.SendAsync(server.Address, "POST /matomo.php", "{\"requests\":[\"?idsite=1&rec=0\",\"?idsite=2&rec=1\",\"no query\",5]}");
            var batches = server.Durable();
            Assert.Empty(batches.SelectMany(batch => batch.Events));
            Assert.Equal(
                [DropReason.NotWanted, DropReason.NotWanted, DropReason.Prefetch, DropReason.NotAuthorised, DropReason.NotWanted],
                batches.SelectMany(batch => batch.Drops).Select(drop => drop.Reason));
            Assert.Equal(1, server.Counters.RejectedBy(ReceivedBy.Matomo, Server.Receive.RejectReason.UnknownKey));
            Assert.Equal(2, server.Counters.RejectedBy(ReceivedBy.Matomo, Server.Receive.RejectReason.Malformed));
            Assert.Equal(5, server.Counters.AcceptedBy(ReceivedBy.Matomo));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_page_is_the_referer_when_an_image_names_none_and_headers_tell_of_the_browser()
    {
        var server = new MatomoServer();
        await server.InitializeAsync();
        try
        {
            await RawHttp.SendAsync(server.Address, "GET /piwik.php?idsite=1&rec=1", null, "Referer: https://shop.example.com/imprint", "User-Agent: Mozilla/5.0", "Accept-Language: de-AT");
            var batch = Assert.Single(server.Durable());
            Assert.Equal((ReceivedBy.Matomo, "127.0.0.1", "Mozilla/5.0", "de-AT"), (batch.ReceivedBy, batch.ClientIp, batch.UserAgent, batch.Language));
            Assert.Equal("https://shop.example.com/imprint", Assert.Single(batch.Events).Url);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_server_that_is_stopping_takes_nothing_and_says_so_whatever_the_form_of_answer()
    {
        var server = new MatomoServer();
        await server.InitializeAsync();
        try
        {
            server.Gate.Close();
            foreach (var target in new[] { "GET /matomo.php?idsite=1&rec=1", "GET /matomo.php?idsite=1&rec=1&send_image=0" })
            {
                var single = await RawHttp.SendAsync(server.Address, target);
                Assert.Equal("503\nCache-Control: no-store\nContent-Length: 43\nContent-Type: image/gif\nRetry-After: 5\n", single.Describe());
            }

            var bulk = await RawHttp.SendAsync(server.Address, "POST /matomo.php", "{\"requests\":[\"?idsite=1&rec=1\",\"?idsite=9\"],\"send_image\":0}");
            Assert.Equal(503, bulk.Status);
            Assert.Equal("5", bulk.Headers["Retry-After"]);
            Assert.Equal("""{"status":"error","tracked":0,"invalid":1}""", Encoding.UTF8.GetString(bulk.Body));
            Assert.Empty(server.Durable());
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
