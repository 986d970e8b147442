using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Sightline.Core.Model;
using Sightline.Server.Receive.Carbon;
using Sightline.Server.Receive.Lines;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.ServerTests.Metrics;

/// <summary>carbon's two files on a project's page, and what they do to what carbon's senders send.</summary>
public sealed class KeepingTests
{
    private const string Page = "/projects/1/metrics";

    [Fact]
    public async Task Schemas_that_are_pasted_decide_the_steps_that_render_answers_with()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: static options => options with { CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)] });
        server.AddProject();
        server.Path.Projects.RunOnce();
        using var owner = await server.SignInAsync();
        var answer = await owner.SubmitAsync(Page, Page,
            ("schemas", "[load]\r\npattern = \\.load$\r\nretentions = 10s:1h,1m:1d\r\n"), ("aggregation", "[load]\r\npattern = load\r\nxFilesFactor = 0\r\naggregationMethod = max\r\n"));
        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        Assert.Contains("Saved.", (await owner.GetAsync(Page + "?saved=files")).Text, StringComparison.Ordinal);

        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 600 * 600;
        var lines = Enumerable.Range(0, 60).SelectMany(i => (string[])[$"web.load {i} {now - 1800 + (i * 10)}", $"web.users {i} {now - 1800 + (i * 10)}"]).Append($"web.load 1000 {now - 40_000}").ToList();
        await CarbonSender.SendAsync(server.Services.GetRequiredService<CarbonListener>().Plaintext[0], lines);
        await server.DrainAsync();

        // The finest archive, then the one that reaches back two hours: the greatest of a minute.
        var fine = await RenderAsync(owner, "web.load", now - 1800, now - 1700);
        Assert.Equal(10, fine.Step);
        Assert.Equal([1, 2, 3], fine.Values.Take(3));
        var coarse = await RenderAsync(owner, "web.load", now - 7200, now - 1200);
        Assert.Equal(60, coarse.Step);
        Assert.Equal([5, 11, 17], coarse.Values.Where(static value => value is not null).Take(3));
        Assert.Equal([0, 6, 12], (await RenderAsync(owner, "web.load", now - 7200, now - 1200, "min")).Values.Where(static value => value is not null).Take(3));
        Assert.Equal([6, 6, 6], (await RenderAsync(owner, "web.load", now - 7200, now - 1200, "count")).Values.Where(static value => value is not null).Take(3));
        Assert.Contains("is no rollup", (await owner.GetAsync($"/render?target=web.load&rollup=most&format=json&project=1")).Text, StringComparison.Ordinal);
        // What came late lies where whisper would have put it; a series of which nothing is said is kept as it came.
        Assert.Equal(1000, (await RenderAsync(owner, "web.load", now - 40_100, now - 39_900)).Values.Single(static value => value is not null));
        Assert.Equal(10, (await RenderAsync(owner, "web.users", now - 80_000, now)).Step);

        var tried = await owner.GetAsync(Page + "?name=db.load");
        Assert.Contains("[load] keeps a value every 10 seconds for an hour, then a value every minute for a day; coarser values are the max of the finer ones", WebUtility.HtmlDecode(tried.Text), StringComparison.Ordinal);
        Assert.Contains("every point is kept, for ever", (await owner.GetAsync(Page + "?name=db.users")).Text, StringComparison.Ordinal);
        Assert.Contains("cannot be a name", (await owner.GetAsync(Page + "?name=a%20b")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_of_carbons_aggregator_rewrite_names_and_make_series_that_outlive_a_stop()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(1_900_000_000));
        await using var server = await ServerUnderTest.StartAsync(time, configure: static options => options with { CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)], LocalAccess = true });
        server.AddProject();
        using var owner = server.NewBrowser();
        var answer = await owner.SubmitAsync(Page, Page, ("rewrites", "[pre]\r\n^(\\w+)\\.example\\. = \\1.\r\n[post]\r\n_old$ =\r\n"), ("aggregates", "all.<what> (60) = sum <host>.<what>\r\n"));
        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        // A whole minute begins.
        time.Advance(TimeSpan.FromSeconds(40));
        await SendAsync(["web1.example.hits 1 1900000045", "web2.example.hits 2 1900000046", "web2.load_old 5 1900000046"]);
        time.Advance(TimeSpan.FromSeconds(10));

        // The minute is not over: what is gathered goes on behind the stop.
        await server.RestartAsync();
        await SendAsync(["web3.example.hits 4 1900000055"]);
        Assert.False(File.Exists(Path.Combine(server.Data, "aggregates.json")));
        time.Advance(TimeSpan.FromSeconds(61));
        await server.Services.GetRequiredService<LineAggregation>().RunOnceAsync(TestContext.Current.CancellationToken);
        await server.DrainAsync();
        Assert.Equal([7], await ValuesAsync("all.hits"));
        Assert.Equal([1], await ValuesAsync("web1.hits"));
        Assert.Equal([5], await ValuesAsync("web2.load"));
        Assert.Equal([5], await ValuesAsync("all.load_old"));

        using var again = server.NewBrowser();
        var faulty = await again.SubmitAsync(Page, Page, ("rewrites", "[x]"), ("aggregates", "a"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, faulty.Status);
        Assert.Contains("rewrite-rules.conf, line 1: [x] is neither", faulty.Text, StringComparison.Ordinal);
        Assert.Contains("aggregation-rules.conf, line 1: a rule is", faulty.Text, StringComparison.Ordinal);

        Task SendAsync(IReadOnlyList<string> lines) => CarbonSender.SendAsync(server.Services.GetRequiredService<CarbonListener>().Plaintext[0], lines);

        async Task<List<double>> ValuesAsync(string target) =>
            [.. JsonNode.Parse((await server.NewBrowser().GetAsync($"/render?target={target}&from=1899999000&until=1900001000&format=json&project=1")).Text)!.AsArray()[0]!["datapoints"]!.AsArray().Where(static point => point![0] is not null).Select(static point => (double)point![0]!)];
    }

    [Fact]
    public async Task The_first_datagram_after_a_long_silence_comes_now_and_by_the_rules_of_now()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(1_900_000_000));
        await using var server = await ServerUnderTest.StartAsync(time, configure: static options => options with { CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)], LocalAccess = true });
        server.AddProject();
        using var owner = server.NewBrowser();
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync(Page, Page, ("rewrites", "[pre]\r\nexample = ours\r\n"))).Status);
        // Another day.
        time.Advance(TimeSpan.FromHours(12));
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
        await socket.SendToAsync("example.hits 3 1900043200\n"u8.ToArray(), server.Services.GetRequiredService<CarbonListener>().Plaintext[0], TestContext.Current.CancellationToken);
        while (server.Services.GetRequiredService<EventStore>().Series.PublishedOf(1).Count == 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal("ours.hits", Assert.Single(server.Services.GetRequiredService<EventStore>().Series.All(1, taggedOnly: false)).Name);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        Assert.NotEmpty(server.Services.GetRequiredService<EventStore>().Received(1, today, today));
    }

    [Fact]
    public async Task A_shorter_time_is_saved_only_after_it_was_said_what_goes()
    {
        await using var server = await ServerUnderTest.StartAsync(configure: static options => options with { CarbonListen = [new IPEndPoint(IPAddress.Loopback, 0)], LocalAccess = true });
        server.AddProject();
        server.Path.Projects.RunOnce();
        using var owner = server.NewBrowser();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await CarbonSender.SendAsync(
            server.Services.GetRequiredService<CarbonListener>().Plaintext[0], Enumerable.Range(0, 48).SelectMany(hour => (string[])[$"web.load {hour} {now - 600 - (hour * 3600)}", $"web.users {hour} {now - 600 - (hour * 3600)}"]));
        await server.DrainAsync();
        (string, string)[] shorter = [("schemas", "[load]\npattern = load\nretentions = 1h:1d")];
        var asked = await owner.SubmitAsync(Page, Page, shorter);
        Assert.Equal(HttpStatusCode.OK, asked.Status);
        Assert.Contains("about 24 points of 1 series and archives are older than they would be kept", asked.Text, StringComparison.Ordinal);
        Assert.Contains("retentions = 1h:1d", asked.Text, StringComparison.Ordinal);
        Assert.Equal(StorageRules.None, server.Path.StorageRules.Of(1));

        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync(Page, Page, [.. shorter, ("confirmed", "1")])).Status);
        Assert.NotEqual(StorageRules.None, server.Path.StorageRules.Of(1));
        // Longer again, and finer values that become coarser.
        Assert.Equal(HttpStatusCode.Redirect, (await owner.SubmitAsync(Page, Page, ("schemas", "[load]\npattern = load\nretentions = 1h:9d"))).Status);
        Assert.Contains("about 38 points of 1 series become coarser ones", (await owner.SubmitAsync(Page, Page, ("schemas", "[load]\npattern = load\nretentions = 1h:10h,2h:9d"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_are_told_by_file_and_line_and_nothing_is_changed()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.AddProject();
        using var owner = await server.SignInAsync();
        var answer = await owner.SubmitAsync(Page, Page, ("schemas", "[a]\npattern = (\nretentions = 1m"), ("aggregation", "[b]\npattern = x\naggregationMethod = median<script>"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        var text = WebUtility.HtmlDecode(answer.Text);
        Assert.Contains("storage-schemas.conf, line 2: the pattern is no regular expression", text, StringComparison.Ordinal);
        Assert.Contains("storage-schemas.conf, line 3: '1m' is no step:duration", text, StringComparison.Ordinal);
        Assert.Contains("storage-aggregation.conf, line 3: 'median<script>' is no aggregationMethod", text, StringComparison.Ordinal);
        Assert.DoesNotContain("median<script>", answer.Text, StringComparison.Ordinal);
        Assert.Contains("retentions = 1m", text, StringComparison.Ordinal);
        Assert.Equal(StorageRules.None, server.Path.StorageRules.Of(1));
        Assert.Throws<InvalidSettingException>(() => server.Path.StorageRules.Set(1, new StorageRules("[a]", "")));
    }

    private static async Task<(long Step, List<double?> Values)> RenderAsync(Browser owner, string target, long from, long until, string rollup = "")
    {
        var points = JsonNode.Parse((await owner.GetAsync($"/render?target={target}&from={from}&until={until}&rollup={rollup}&format=json&project=1")).Text)!.AsArray()[0]!["datapoints"]!.AsArray();
        return ((long)points[1]![1]! - (long)points[0]![1]!, [.. points.Select(static point => (double?)point![0])]);
    }
}
