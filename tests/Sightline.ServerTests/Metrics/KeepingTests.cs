using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sightline.Core.Model;
using Sightline.Server.Receive.Carbon;
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
