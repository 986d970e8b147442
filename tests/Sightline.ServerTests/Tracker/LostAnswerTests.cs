using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sightline.Core.Model;

namespace Sightline.ServerTests.Tracker;

/// <summary>The server takes the events, and the connection is cut before the browser hears of it.</summary>
[Collection(BrowserTests.Name)]
public sealed class LostAnswerTests(Chromium chromium)
{
    [Fact]
    public async Task Events_whose_answer_was_lost_are_sent_again_and_count_once_also_over_a_restart()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var project = server.AddProject();
        await using var line = await CuttingLine.StartAsync(() => server.Client);
        await using var site = await TestSite.StartAsync(line.Url, key: project.PublicKey);
        await using var profile = await chromium.NewProfileAsync();
        var page = await profile.NewPageAsync();

        line.Cut = true;
        await page.GotoAsync(site.Url + "/");
        await line.WaitAsync(1);
        await page.EvaluateAsync("sightline('order', { revenue: { amount: 19.99, currency: 'EUR' } })");
        // "online" is when the tracker does not wait out its pause.
        await page.EvaluateAsync("dispatchEvent(new Event('online'))");
        await line.WaitAsync(2);
        Assert.Equal(2, await server.StoredEventsAsync());

        await server.RestartAsync();
        line.Cut = false;
        await page.EvaluateAsync("dispatchEvent(new Event('online'))");
        await line.WaitAsync(3);

        Assert.Equal(2, await server.StoredEventsAsync());
        var totals = server.Path.Store.Totals(project.Id, ReceivedBy.EventApi);
        // The page view came three times, the order twice.
        Assert.Equal((5, 2, 3), (totals.Received, totals.Stored, totals.Drops[DropReason.Duplicate]));
    }

    [Fact]
    public async Task Ids_are_of_one_page_load_and_all_different()
    {
        await using var visit = await TrackedVisit.StartAsync(chromium, "data-visitor-id");
        var (server, site, page) = visit;
        await page.GotoAsync(site.Url + "/");
        await page.EvaluateAsync("sightline('a'); sightline('b', { id: 'mine' })");
        await server.WaitForAsync("b", "/");
        await page.GotoAsync(site.Url + "/about");
        await server.WaitForAsync("pageview", "/about");

        string Id(string name, string path) => server.Events.Single(read => read.Name == name && read.Url == site.Url + path).DedupKey!;
        string Prefix(string id) => id[..^1];
        Assert.Equal("mine", Id("b", "/"));
        Assert.All(server.Events.Where(read => read.Name != "b"), read => Assert.Matches("^~[a-z0-9]{6,14}$", read.DedupKey));
        Assert.Equal(server.Events.Count, server.Events.Select(read => read.DedupKey).Distinct().Count());
        Assert.Equal(Prefix(Id("pageview", "/")), Prefix(Id("a", "/")));
        Assert.NotEqual(Prefix(Id("pageview", "/")), Prefix(Id("pageview", "/about")));
        Assert.DoesNotContain(Prefix(Id("pageview", "/"))[1..], await page.EvaluateAsync<string>("JSON.stringify(localStorage)"), StringComparison.Ordinal);
    }

    /// <summary>Stands between browser and server, passes everything on, and may keep the answer to itself.</summary>
    private sealed class CuttingLine : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly SemaphoreSlim _passed = new(0);
        private int _seen;

        private CuttingLine(Func<HttpClient> server)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.Run(context => PassAsync(context, server()));
        }

        /// <summary>From now on no answer to an event comes through.</summary>
        public bool Cut { get; set; }

        public string Url => _app.Urls.Single();

        public static async Task<CuttingLine> StartAsync(Func<HttpClient> server)
        {
            var line = new CuttingLine(server);
            await line._app.StartAsync();
            return line;
        }

        /// <summary>Until the server has taken so many requests with events.</summary>
        public async Task WaitAsync(int requests)
        {
            for (; _seen < requests; _seen++)
            {
                Assert.True(await _passed.WaitAsync(TimeSpan.FromSeconds(20)), $"waited in vain for request {_seen + 1}");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            _passed.Dispose();
        }

        private async Task PassAsync(HttpContext context, HttpClient server)
        {
            using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.Path + context.Request.QueryString);
            if (HttpMethods.IsPost(context.Request.Method))
            {
                request.Content = new StreamContent(context.Request.Body);
            }

            foreach (var name in (string[])["User-Agent", "Origin", "Accept-Language"])
            {
                request.Headers.TryAddWithoutValidation(name, context.Request.Headers[name].ToString());
            }

            using var answer = await server.SendAsync(request);
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            if (request.Content is not null)
            {
                Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);
                _passed.Release();
                if (Cut)
                {
                    context.Abort();
                    return;
                }
            }

            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            context.Response.Headers.AccessControlAllowOrigin = context.Request.Headers.Origin;
            context.Response.Headers.AccessControlAllowCredentials = "true";
            await context.Response.Body.WriteAsync(bytes);
        }
    }
}
