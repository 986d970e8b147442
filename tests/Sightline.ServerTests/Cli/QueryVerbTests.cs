using System.Text.Json;
using Sightline.ServerTests.Pages;

namespace Sightline.ServerTests.Cli;

public sealed class QueryVerbTests : IDisposable
{
    private const string Query = """{"metrics": ["visitors", "page_views"], "dimensions": ["page:path"], "range": "7d"}""";
    private readonly string _directory = Directory.CreateTempSubdirectory("sightline-query-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_store_of_a_stopped_server_answers_in_each_form()
    {
        await SightlineProcess.RunAsync(_directory, ["project", "add", "Shop"]);
        StoredVisits.Write(Path.Combine(_directory, "data"), DateTimeOffset.UtcNow);

        var json = await SightlineProcess.RunAsync(_directory, ["query", "-", "--project", "1", "--format", "json"], Query);
        Assert.Equal((0, ""), (json.ExitCode, json.Error));
        var rows = json.Json.GetProperty("rows").EnumerateArray().ToDictionary(
            row => row.GetProperty("dimensions")[0].GetString()!, row => row.GetProperty("metrics").EnumerateArray().Select(m => m.GetInt32()).ToArray());
        Assert.Equal([2, 2], rows["/a"]);
        Assert.Equal([1, 1], rows["/"]);

        var csv = await SightlineProcess.RunAsync(_directory, ["query", "-", "--project", "1", "--format", "csv"], Query);
        Assert.Equal("page:path,visitors,page_views\r\n/a,2,2\r\n/,1,1\r\n", csv.Output);

        await File.WriteAllTextAsync(Path.Combine(_directory, "q.json"), Query.Replace("{\"metrics", "{\"project\": 1, \"metrics", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var table = await SightlineProcess.RunAsync(_directory, ["query", "q.json"]);
        Assert.Matches("page:path +visitors +page_views", table.Output);
        Assert.Matches("/a +2 +2", table.Output);

        var wrong = await SightlineProcess.RunAsync(_directory, ["query", "-", "--project", "1"], """{"metrics": ["hats"], "range": "7d"}""");
        Assert.Equal((2, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("metrics[0]", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await SightlineProcess.RunAsync(_directory, ["query", "-"], "no json")).ExitCode);
        Assert.Equal(2, (await SightlineProcess.RunAsync(_directory, ["query", "-", "--project", "9"], Query)).ExitCode);
        Assert.Equal(1, (await SightlineProcess.RunAsync(_directory, ["query", "missing.json"])).ExitCode);
    }

    [Fact]
    public void A_text_that_a_spreadsheet_would_run_is_made_text()
    {
        using var query = JsonDocument.Parse("""{"metrics": ["visitors"], "dimensions": ["page:title"]}""");
        using var answer = JsonDocument.Parse("""{"rows": [{"dimensions": ["=1+1"], "metrics": [-3]}, {"dimensions": ["say \"hi\", all"], "metrics": [null]}]}""");
        using var output = new StringWriter();
        Sightline.Server.Cli.Asking.AnswerTable.Of(query.RootElement, answer.RootElement).WriteCsv(output);
        Assert.Equal("page:title,visitors\r\n'=1+1,-3\r\n\"say \"\"hi\"\", all\",\r\n", output.ToString());
    }
}
