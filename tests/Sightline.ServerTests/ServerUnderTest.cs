using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.Server;
using Sightline.Server.Features.Accounts;
using Sightline.Store.Settings;

namespace Sightline.ServerTests;

/// <summary>
/// The real server on 127.0.0.1 and a free port, with a data directory of its own that is deleted afterwards. Stopping and starting it
/// again on the same directory is what <see cref="RestartAsync"/> does.
/// </summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly Func<ServeOptions, ServeOptions> _configure;
    private WebApplication _app;

    private ServerUnderTest(string data, TimeProvider time, Func<ServeOptions, ServeOptions> configure, WebApplication app)
    {
        Data = data;
        _time = time;
        _configure = configure;
        _app = app;
        Client = NewClient();
    }

    public string Data { get; }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(address => address.StartsWith("http://127", StringComparison.Ordinal)));

    public HttpClient Client { get; private set; }

    public DataPath Path => _app.Services.GetRequiredService<DataPath>();

    public IServiceProvider Services => _app.Services;

    /// <param name="time">The clock.</param>
    /// <param name="configure">Options other than the defaults.</param>
    /// <param name="data">A directory made before, which becomes the server's.</param>
    /// <summary>Open to this machine, for tests that are not about who may do what.</summary>
    public static Task<ServerUnderTest> StartLocalAsync(string? data = null) => StartAsync(configure: options => options with { LocalAccess = true }, data: data);

    public static async Task<ServerUnderTest> StartAsync(TimeProvider? time = null, Func<ServeOptions, ServeOptions>? configure = null, string? data = null)
    {
        data ??= Directory.CreateTempSubdirectory("sightline-test-").FullName;
        time ??= TimeProvider.System;
        var chosen = configure ?? (options => options);
        // Tests look right after they have written, and count what they wrote.
        configure = options => chosen(options with { AnswersGoodFor = TimeSpan.Zero, SharedAnswersGoodFor = TimeSpan.Zero, OwnMetricsEvery = TimeSpan.Zero });
        return new ServerUnderTest(data, time, configure, await StartAsync(data, time, configure));
    }

    /// <summary>A project on which every host may send.</summary>
    public Project AddProject(string name = "Shop", ProjectChange? change = null) => new ProjectStore(Path.Settings, _time).Add(name, change);

    /// <summary>The token's secret.</summary>
    public string AddToken(TokenScopes scopes = TokenScopes.Read, uint? project = null) => new TokenStore(Path.Settings, _time).Add("test", scopes, project).Secret;

    /// <summary>A person with the password <see cref="Browser.Password"/> and, but for owners, a role in a project.</summary>
    public User AddUser(string email, Role role = Role.Owner, uint? project = null) => new UserStore(Path.Settings, _time).Add(
        email, null, role == Role.Owner, _app.Services.GetRequiredService<Passwords>().Hash(Browser.Password), roles: project is { } id ? new Dictionary<uint, Role> { [id] = role } : null);

    /// <summary>A browser without cookies.</summary>
    public Browser NewBrowser() => new(Address);

    /// <summary>A browser in which somebody is signed in: by default the first owner.</summary>
    public async Task<Browser> SignInAsync(string email = FirstOwner.Email)
    {
        var browser = NewBrowser();
        await browser.SignInAsync(email);
        return browser;
    }

    /// <summary>Returns once everything acknowledged is in the store and counted.</summary>
    public async Task DrainAsync()
    {
        var until = Path.Log.DurableEnd;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Path.Feeder.GapBytes > 0 || Path.Store.StoredPosition() < until)
        {
            await Task.Delay(10, timeout.Token);
        }
    }

    /// <summary>Rows of the store's events, counted once everything acknowledged is in it.</summary>
    public async Task<long> StoredEventsAsync()
    {
        await DrainAsync();
        using var snapshot = Path.Store.OpenSnapshot(0, 0, long.MaxValue);
        return snapshot.Connection.ScalarLong($"SELECT count(*) FROM {snapshot.Events}") ?? 0;
    }

    /// <summary>Runs a stats query and returns the answer's JSON text.</summary>
    public async Task<string> QueryAsync(string json, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/query") { Content = new StringContent(json) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {text}");
        return text;
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        _app = await StartAsync(Data, _time, _configure);
        Client = NewClient();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Data, recursive: true);
    }

    private static async Task<WebApplication> StartAsync(string data, TimeProvider time, Func<ServeOptions, ServeOptions> configure)
    {
        var app = ServerApp.Build(configure(new ServeOptions { Data = data, Listen = ["http://127.0.0.1:0"], LogLevel = Microsoft.Extensions.Logging.LogLevel.Warning, OwnerPassword = Browser.Password }), time);
        await app.StartAsync();
        return app;
    }

    private async Task StopAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private HttpClient NewClient() => new() { BaseAddress = Address };
}
