using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sightline.ServerTests.Pages;

namespace Sightline.ServerTests.Upgrade;

/// <summary>Directories that servers of earlier landings wrote: nothing is lost, every number is the same, and receiving goes on.</summary>
public sealed class OldDirectoryTests
{
    private const int LiveAndImported = 380;
    private const int Series = 60;
    private const int Minutes = 240;

    public static TheoryData<string> Folders => [.. Directory.GetDirectories(Fixtures).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    private static string Fixtures => Path.Combine(Checkout.Root, "tests/Sightline.ServerTests/Upgrade/fixtures");

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task A_stopped_server_s_directory_answers_as_it_did_and_takes_more(string folder)
    {
        var facts = Facts(folder);
        await using var server = await ServerUnderTest.StartAsync(data: Unpack(folder, "stopped"));
        await server.DrainAsync();
        var compared = 0;
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(Fixtures, folder, "answers.jsonl"), TestContext.Current.CancellationToken))
        {
            var before = JsonNode.Parse(line)!;
            var asked = new JsonObject();
            foreach (var name in (string[])["project", "metrics", "dimensions", "range"])
            {
                asked[name] = before["query"]![name]!.DeepClone();
            }

            var now = JsonNode.Parse(await server.QueryAsync(asked.ToJsonString(), facts.Token))!;
            Assert.Equal(before["rows"]!.ToJsonString(), now["rows"]!.ToJsonString());
            compared++;
        }

        Assert.Equal(5, compared);
        Assert.Equal(LiveAndImported, await EventsAsync(server, facts));
        await SendAsync(server, facts);
        Assert.Equal(LiveAndImported + 1, await EventsAsync(server, facts));
        // And once more, by the state that this server has made of it.
        await server.RestartAsync();
        Assert.Equal(LiveAndImported + 1, await EventsAsync(server, facts));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task A_killed_server_s_directory_has_every_acknowledged_event_once(string folder)
    {
        var facts = Facts(folder);
        await using var server = await ServerUnderTest.StartAsync(data: Unpack(folder, "killed"));
        await server.DrainAsync();
        Assert.Equal(LiveAndImported + facts.KilledAfter, await EventsAsync(server, facts));
        var late = JsonNode.Parse(await server.QueryAsync(
            """{"project":1,"metrics":["page_views"],"dimensions":["page:path"],"filters":["starts_with","page:path",["/late-"]],"range":["2026-11-01","2026-12-01"],"limit":1000}""", facts.Token))!["rows"]!.AsArray();
        Assert.Equal(facts.KilledAfter, late.Count);
        Assert.All(late, row => Assert.Equal(1, row!["metrics"]![0]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("stopped")]
    [InlineData("killed")]
    public async Task Series_of_before_points_were_packed_answer_as_they_did_also_once_they_are(string state)
    {
        const string Folder = "2026-11-23-metrics";
        using var file = new GZipStream(File.OpenRead(Path.Combine(Fixtures, Folder, "series.json.gz")), CompressionMode.Decompress);
        var before = (await JsonNode.ParseAsync(file, cancellationToken: TestContext.Current.CancellationToken))!.AsArray();
        var times = before[0]!["datapoints"]!.AsArray().Select(static point => (long)point![1]!).ToList();
        await using var server = await ServerUnderTest.StartAsync(data: Unpack(Folder, state));
        await server.DrainAsync();
        await SameAsync();
        // What was sorted and what had come again behind it: of a second with two points the later still counts. (The server's own upkeep may have been sooner.)
        server.Path.Store.Maintenance.PackPoints(long.MaxValue, static () => true);
        Assert.Equal(Series * Minutes, server.Path.Store.CountPoints());
        await SameAsync();
        await server.RestartAsync();
        await SameAsync();
        Assert.Empty(server.Path.Store.CheckIntegrity());

        async Task SameAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, FormattableString.Invariant($"/render?target=shop.*.load&from={times[0] - 60}&until={times[^1]}&format=json"));
            request.Headers.Authorization = new("Bearer", Facts(Folder).Token);
            using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            answer.EnsureSuccessStatusCode();
            var now = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsArray();
            Assert.Equal(Series, now.Count);
            Assert.Equal(before.ToJsonString(), now.ToJsonString());
        }
    }

    private static async Task SendAsync(ServerUnderTest server, Fact facts)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/event") { Content = new StringContent($$"""{"key":"{{facts.Key}}","name":"pageview","url":"https://shop.example/new","visitor_id":"n1"}""") };
        request.Headers.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36");
        using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        await server.DrainAsync();
    }

    private static async Task<int> EventsAsync(ServerUnderTest server, Fact facts) =>
        JsonNode.Parse(await server.QueryAsync("""{"project":1,"metrics":["events"],"range":"all"}""", facts.Token))!["rows"]![0]!["metrics"]![0]!.GetValue<int>();

    private static Fact Facts(string folder)
    {
        var facts = JsonNode.Parse(File.ReadAllText(Path.Combine(Fixtures, folder, "facts.json")))!;
        return new Fact(facts["key"]!.GetValue<string>(), facts["token"]!.GetValue<string>(), facts["killed_after"]!.GetValue<int>());
    }

    private static string Unpack(string folder, string name)
    {
        var target = Directory.CreateTempSubdirectory("sightline-upgrade-").FullName;
        using var packed = File.OpenRead(Path.Combine(Fixtures, folder, name + ".tar.gz"));
        using var tar = new GZipStream(packed, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(tar, target, overwriteFiles: true);
        return Path.Combine(target, "data");
    }

    private sealed record Fact(string Key, string Token, int KilledAfter);
}
