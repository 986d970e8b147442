using Sightline.ServerTests.Matomo;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.EndToEnd;

/// <summary>npm's matomo-tracker, single hits and a bulk, to the query.</summary>
public sealed class MatomoToQueryTests
{
    private const string Script = """
        const MatomoTracker = require('matomo-tracker');
        const [url, token] = process.argv.slice(1);
        let awaited = 4;
        const arrived = () => --awaited || process.exit();
        require('diagnostics_channel').subscribe('http.client.response.finish', arrived);
        const tracker = new MatomoTracker(1, url + 'matomo.php');
        const ua = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
        tracker.on('error', error => { console.error('refused: ' + error); process.exit(1); });
        tracker.track({ url: 'https://shop.example.com/', action_name: 'Start', ua, uid: 'ada', urlref: 'https://duckduckgo.com/' });
        tracker.track({ url: 'https://shop.example.com/shoes', action_name: 'Shoes', ua, uid: 'bob' });
        tracker.trackBulk([
          { url: 'https://shop.example.com/a', action_name: 'A', ua, uid: 'cyd', cip: '198.51.100.7', token_auth: token },
          { url: 'https://shop.example.com/a', e_c: 'Video', e_a: 'play', e_v: 3, ua, uid: 'cyd' },
          { url: 'https://shop.example.com/thanks', idgoal: 0, ec_id: 'A-1', revenue: 12.5, ua, uid: 'cyd' },
          { url: 'https://shop.example.com/thanks', idgoal: 0, ec_id: 'A-1', revenue: 12.5, ua, uid: 'cyd' },
          { url: 'https://shop.example.com/a', ua: 'Googlebot/2.1 (+http://www.google.com/bot.html)', uid: 'dan' },
        ], answer => { console.log(answer); arrived(); });
        """;

    [Fact]
    public async Task Hits_of_the_npm_client_are_the_query_s_numbers()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        var token = server.AddToken();
        var printed = await NodeClient.RunAsync(Script, server.Address.ToString(), server.AddToken(TokenScopes.Write, project.Id));
        Assert.Equal("""{"status":"success","tracked":5,"invalid":0}""", printed.Trim());
        await server.DrainAsync();

        Task<IReadOnlyList<string>> Ask(string metrics, string dimensions) => QueryRows.AskAsync(server, token, project.Id, metrics, dimensions, "\"day\"");
        Assert.Equal(["3 3 3 5 12.5EUR"], await Ask("visitors visits page_views events revenue", ""));
        Assert.Equal(["order: 1 1", "pageview: 3 3", "play: 1 1"], await Ask("events visitors", "event:name"));
        Assert.Equal(["DuckDuckGo: 1", "null: 2"], await Ask("visits", "visit:source"));

        // The bot and the second order with the same number: received, not stored, and said why.
        var totals = server.Path.Store.Totals(project.Id, Core.Model.ReceivedBy.Matomo);
        Assert.Equal((7, 5), (totals.Received, totals.Stored));
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        Assert.Equal(
            [Core.Model.DropReason.Bot, Core.Model.DropReason.Duplicate],
            server.Path.Store.Drops(project.Id, today.AddDays(-1), today).Select(drop => drop.Reason).Order());
    }
}
