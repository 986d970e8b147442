using System.Globalization;
using System.Net;
using Sightline.ServerTests.Cli;

namespace Sightline.ServerTests.EndToEnd;

/// <summary>A real nginx under load; its log, rotated and packed, is imported twice; the query shows exactly those visits.</summary>
public sealed class NginxToQueryTests
{
    private const int Visitors = 60;

    private static readonly string[] Pages = ["/", "/about.html", "/shop.html"];

    [Theory]
    [InlineData("combined")]
    [InlineData("json")]
    public async Task A_rotated_log_imported_twice_is_the_visits_there_were(string format)
    {
        await using var server = await ServerUnderTest.StartAsync();
        await using var site = await NginxSite.StartAsync(format);
        var project = server.AddProject();
        var token = server.AddToken();

        await VisitAsync(site, 0, Visitors / 2);
        var rotated = await site.RotateAsync();
        await VisitAsync(site, Visitors / 2, Visitors);
        var (views, statics, errors) = Plan();
        await WrittenAsync(site, Enumerable.Range(Visitors / 2, Visitors / 2).Sum(visitor => 3 + (visitor % 3)));

        var first = await ImportAsync(server, project.Id, rotated, site.AccessLog);
        Assert.Equal(0, first.ExitCode);
        await CheckAsync();
        Assert.Equal((views + statics + errors, views), await TotalsAsync());

        // The same again, under the name logrotate gives it next week, beside the file that has grown by one visit.
        var renamed = rotated.Replace(".1.gz", ".2.gz", StringComparison.Ordinal);
        File.Move(rotated, renamed);
        Assert.Equal(0, (await ImportAsync(server, project.Id, renamed, site.AccessLog)).ExitCode);
        await CheckAsync();
        Assert.Equal((views + statics + errors, views), await TotalsAsync());

        async Task CheckAsync()
        {
            Assert.Equal([Invariant($"{Visitors} {Visitors} {views}")], await QueryRows.AskAsync(server, token, project.Id, "visitors visits page_views", ""));
            Assert.Equal(
                Pages.Select((page, i) => Invariant($"{page}: {Enumerable.Range(0, Visitors).Count(visitor => i <= visitor % 3)}")).Order(StringComparer.Ordinal),
                await QueryRows.AskAsync(server, token, project.Id, "page_views", "page:path"));
            Assert.Equal(["Bing: 60"], await QueryRows.AskAsync(server, token, project.Id, "visits", "visit:source"));
        }

        async Task<(long, long)> TotalsAsync()
        {
            await server.DrainAsync();
            var totals = server.Path.Store.Totals(project.Id, Core.Model.ReceivedBy.AccessLog);
            return (totals.Received, totals.Stored);
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Visitor n sees the first 1 + n % 3 pages, one style sheet, and one address that is not there.</summary>
    private static (int Views, int Statics, int Errors) Plan() => (Enumerable.Range(0, Visitors).Sum(visitor => 1 + (visitor % 3)), Visitors, Visitors);

    private static async Task VisitAsync(NginxSite site, int from, int to)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{site.Port}") };
        await Parallel.ForEachAsync(Enumerable.Range(from, to - from), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (visitor, cancellationToken) =>
        {
            foreach (var path in Pages.Take(1 + (visitor % 3)).Append("/style.css").Append("/missing.html"))
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.TryAddWithoutValidation("X-Visitor", $"203.0.113.{visitor + 1}");
                request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15");
                request.Headers.TryAddWithoutValidation("Referer", path == "/" ? "https://www.bing.com/" : $"http://127.0.0.1:{site.Port}/");
                using var response = await client.SendAsync(request, cancellationToken);
                Assert.Equal(path == "/missing.html" ? HttpStatusCode.NotFound : HttpStatusCode.OK, response.StatusCode);
            }
        });
    }

    // nginx writes a line after its answer: wait for the last ones.
    private static async Task WrittenAsync(NginxSite site, int lines)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (File.ReadLines(site.AccessLog).Count() < lines)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private static Task<Finished> ImportAsync(ServerUnderTest server, uint project, params string[] files) =>
        SightlineProcess.RunAsync(server.Data, ["import", "logs", .. files, "--project", project.ToString(CultureInfo.InvariantCulture), "--data", server.Data, "--json"]);
}
