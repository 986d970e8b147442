using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Server;
using Sightline.Server.Features.Accounts;
using Sightline.Server.Query;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Benchmarks;

/// <summary>
/// <c>people [--people N] [--events N] [--rate PER_SECOND] [--seconds S] [--think SECONDS]</c>: people who click through one project's pages over HTTP with the
/// cookie of a sign-in (overview, ranges, filters, tabs, details), each thinking up to twice so long between clicks, while events come through gate, log and store.
/// </summary>
internal static partial class PeopleBench
{
    private const string Password = "four words that hold 7";

    private static readonly string[] Ranges = ["", "range=day", "range=7d", "range=7d&interval=hour", "range=month", "compare=none"];
    private static readonly string[] Tabs = ["", "tab=channel", "tab=entry&tab=browser", "tab=country&tab=event"];

    public static async Task<int> RunAsync(string[] args)
    {
        var options = BenchmarkOptions.Parse(args, "--people", "--events", "--rate", "--seconds", "--think");
        double Number(string name, double otherwise) => options.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        var (people, events, length) = ((int)Number("--people", 50), (long)Number("--events", 1_000_000), TimeSpan.FromSeconds(Number("--seconds", 30)));
        var data = Directory.CreateTempSubdirectory("sightline-people-").FullName;
        try
        {
            var project = new ProjectStore(SettingsDb.Open(data, TimeProvider.System), TimeProvider.System)
                .Add("Shop", new ProjectChange { TimeZone = "Europe/Berlin" }, [new NewGoal("Page seven", null, "/p7")]);
            using (var store = EventStore.Open(data, new(), TimeProvider.System))
            {
                QueryBenchmarkData.Fill(store, events * 2, 60, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            }
            await using var app = ServerApp.Build(
                new ServeOptions { Data = data, Listen = ["http://127.0.0.1:0"], OwnerPassword = Password, LogLevel = Microsoft.Extensions.Logging.LogLevel.Critical });
            await app.StartAsync().ConfigureAwait(false);
            var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(a => a.StartsWith("http://127", StringComparison.Ordinal)));
            var cookies = await SignInAsync(address).ConfigureAwait(false);
            using CancellationTokenSource end = new(length);
            var clicking = Enumerable.Range(0, people).Select(person => ClickAsync(address, cookies, person, Number("--think", 3), end.Token)).ToArray();
            var (sent, seconds, _) = await ReadsBesideWrites.WriteAsync(app.Services.GetRequiredService<DataPath>(), project, (int)Number("--rate", 2_000), length).ConfigureAwait(false);
            Print(await Task.WhenAll(clicking).ConfigureAwait(false), people, length);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"written {sent / seconds:N0} events/s; {app.Services.GetRequiredService<QueryService>().Joined} pages answered along with others; {Environment.WorkingSet >> 20} MiB resident, clients among it"));
            await app.StopAsync().ConfigureAwait(false);
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<CookieContainer> SignInAsync(Uri address)
    {
        CookieContainer cookies = new();
        using SocketsHttpHandler handler = new() { AllowAutoRedirect = false, CookieContainer = cookies };
        using HttpClient client = new(handler) { BaseAddress = address, DefaultRequestHeaders = { { "Accept", "text/html" } } };
        var token = TokenField().Match(await client.GetStringAsync("/sign-in").ConfigureAwait(false)).Groups[1].Value;
        using FormUrlEncodedContent form = new([new("__RequestVerificationToken", token), new("email", FirstOwner.Email), new("password", Password), new("returnUrl", "/")]);
        using var answer = await client.PostAsync("/sign-in", form).ConfigureAwait(false);
        return answer.StatusCode == HttpStatusCode.Found ? cookies : throw new InvalidOperationException($"signing in was answered with {answer.StatusCode}");
    }

    private static Task<List<(string Kind, double Ms)>> ClickAsync(Uri address, CookieContainer cookies, int person, double think, CancellationToken end) => Task.Run(async () =>
    {
        Random random = new(person);
        List<(string, double)> took = [];
        using SocketsHttpHandler handler = new() { AllowAutoRedirect = false, CookieContainer = cookies };
        using HttpClient client = new(handler) { BaseAddress = address, DefaultRequestHeaders = { { "Accept", "text/html" } } };
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(think * 2 * random.NextDouble()), end).ConfigureAwait(false);
                var (kind, path) = Next(random);
                var began = Stopwatch.GetTimestamp();
                using var answer = await client.GetAsync(path, CancellationToken.None).ConfigureAwait(false);
                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    throw new InvalidOperationException($"{path} was answered with {answer.StatusCode}");
                }
                await answer.Content.ReadAsByteArrayAsync(CancellationToken.None).ConfigureAwait(false);
                took.Add((kind, Stopwatch.GetElapsedTime(began).TotalMilliseconds));
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return took;
        }
    }, CancellationToken.None);

    /// <summary>What people do on a dashboard: most look, some narrow down, few read all rows.</summary>
    public static (string Kind, string Path) Next(Random random)
    {
        var range = Ranges[random.Next(Ranges.Length)];
        return random.Next(10) switch
        {
            < 3 => ("overview", "/projects/1"),
            < 6 => ("range or tabs", $"/projects/1?{range}&{Tabs[random.Next(Tabs.Length)]}"),
            < 8 => ("filter", $"/projects/1?{range}&f=is,visit:country,c{random.Next(12)}"),
            8 => ("filter", $"/projects/1?{range}&f=is,page:path,/p{random.Next(40)}"),
            _ => ("details", $"/projects/1/details/{(random.Next(2) == 0 ? "page" : "source")}?{range}"),
        };
    }

    private static void Print(List<(string Kind, double Ms)>[] took, int people, TimeSpan length)
    {
        var all = took.SelectMany(each => each).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{people} people, {all.Count} pages in {length.TotalSeconds:0} s = {all.Count / length.TotalSeconds:0.0}/s"));
        foreach (var kind in all.GroupBy(each => each.Kind).Append(all.GroupBy(_ => "all").Single()))
        {
            var sorted = kind.Select(each => each.Ms).Order().ToList();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{kind.Key,-16}{sorted.Count,6} pages, p50 {sorted[sorted.Count / 2]:0} ms, p95 {sorted[(int)(sorted.Count * 0.95)]:0} ms, worst {sorted[^1]:0} ms"));
        }
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
