using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sightline.Core.Queries;
using Sightline.Server;
using Sightline.Server.Access;
using Sightline.Server.Features.Accounts;
using Sightline.Server.Features.Overview;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Pages;

/// <summary>Pages on a real socket, with settings on disk, over answers a test gives.</summary>
internal sealed class PagesApp : IAsyncDisposable
{
    private readonly string _directory;
    private readonly WebApplication _app;

    private PagesApp(string directory, WebApplication app, FakeStats stats)
    {
        (_directory, _app, Stats) = (directory, app, stats);
        var settings = app.Services.GetRequiredService<SettingsDb>();
        Projects = new ProjectStore(settings, TimeProvider.System);
        Tokens = new TokenStore(settings, TimeProvider.System);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
    }

    public FakeStats Stats { get; }

    public ProjectStore Projects { get; }

    public TokenStore Tokens { get; }

    public HttpClient Client { get; }

    public static async Task<PagesApp> StartAsync(Func<ServeOptions, ServeOptions>? change = null)
    {
        var directory = Directory.CreateTempSubdirectory("sightline-pages-").FullName;
        var options = new ServeOptions { Data = directory, LocalAccess = true, OwnerPassword = Browser.Password };
        options = change?.Invoke(options) ?? options;
        var stats = new FakeStats();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(SettingsDb.Open(directory, TimeProvider.System));
        builder.Services.AddSingleton<ProjectDirectory>();
        builder.Services.AddSingleton<IStatsSource>(stats);
        builder.Services.AddSingleton<IPropNames>(new FakeProps());
        builder.Services.AddOverview();
        builder.Services.AddAccounts(options);
        var app = builder.Build();
        app.UseAccess();
        app.MapOverview();
        app.MapAccounts();
        await app.StartAsync();
        return new PagesApp(directory, app, stats);
    }

    public async Task<(HttpResponseMessage Answer, string Body)> GetAsync(string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        change?.Invoke(request);
        var answer = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}

/// <summary>Two properties, whatever the project.</summary>
internal sealed class FakeProps : IPropNames
{
    public IReadOnlyList<string> Of(Sightline.Core.Model.Project project) => ["plan", "quantity"];
}

/// <summary>Answers queries in the API's form, from rows given by dimension.</summary>
internal sealed class FakeStats : IStatsSource
{
    public List<JsonNode> Asked { get; } = [];

    /// <summary>Rows by first dimension, or by <c>totals</c> without one, as the answer's <c>rows</c>.</summary>
    public Dictionary<string, string> Rows { get; } = [];

    public InvalidQueryException? Fault { get; set; }

    public Task<byte[]> QueryAsync(byte[] query, CancellationToken cancellationToken)
    {
        var asked = JsonNode.Parse(query)!;
        lock (Asked)
        {
            Asked.Add(asked);
        }

        var dimension = asked["dimensions"]!.AsArray().FirstOrDefault()?.GetValue<string>() ?? (asked["metrics"]![0]!.GetValue<string>() == "events" ? "anything" : "totals");
        return Fault is null
            ? Task.FromResult(System.Text.Encoding.UTF8.GetBytes($$"""{"query": {}, "rows": {{Rows.GetValueOrDefault(dimension, "[]")}}, "meta": {} }"""))
            : Task.FromException<byte[]>(Fault);
    }

    public FakeStats Full()
    {
        Rows["totals"] = """[{"dimensions": [], "metrics": [12345, 15000, 40210, 2.68, 0.214, 83.5], "compare": {"metrics": [11000, 14000, 41000, 2.93, 0.25, 90], "change": [0.122, 0.071, -0.019, -0.085, -0.144, -0.072]}}]""";
        Rows["time:day"] = "[" + string.Join(",", Enumerable.Range(0, 30).Select(i => string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $$"""{"dimensions": ["{{new DateOnly(2026, 10, 24).AddDays(i):yyyy-MM-dd}}"], "metrics": [{{400 + (i * 13 % 170) - (i % 7 > 4 ? 180 : 0)}}], "compare": {"metrics": [{{380 + (i * 29 % 150) - (i % 7 > 4 ? 150 : 0)}}], "change": [0]} }"""))) + "]";
        Rows["page:path"] = """[{"dimensions": ["/"], "metrics": [8000, 9000]}, {"dimensions": ["/pricing"], "metrics": [3100, 3500]}, {"dimensions": ["/blog/a-rather-long-title-that-goes-on-and-on-and-does-not-fit-into-the-column"], "metrics": [1200, 1210]}, {"dimensions": ["/contact"], "metrics": [41, 44]}]""";
        Rows["visit:source"] = """[{"dimensions": [null], "metrics": [6000]}, {"dimensions": ["Google"], "metrics": [4100]}, {"dimensions": ["news.ycombinator.com"], "metrics": [1000]}, {"dimensions": ["ChatGPT"], "metrics": [700]}]""";
        Rows["visit:country"] = """[{"dimensions": ["DE"], "metrics": [5200]}, {"dimensions": ["US"], "metrics": [3100]}, {"dimensions": ["GB"], "metrics": [1800]}, {"dimensions": [null], "metrics": [120]}]""";
        Rows["visit:browser"] = """[{"dimensions": ["Chrome"], "metrics": [7600]}, {"dimensions": ["Safari"], "metrics": [4400]}, {"dimensions": ["Firefox"], "metrics": [345]}]""";
        return this;
    }
}
