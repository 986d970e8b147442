using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sightline.Core.Queries.Graphite;
using Sightline.Server.Features.Graphite;

namespace Sightline.Tests.Queries.Graphite;

/// <summary>The same points and the same targets, here and in graphite-web: the same JSON.</summary>
public sealed class AgainstGraphiteWebTests
{
    // Longer by SIGHTLINE_GRAPHITE_ROUNDS.
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("SIGHTLINE_GRAPHITE_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) ? rounds : 4;

    [Fact]
    public void Every_function_gives_what_graphite_web_gives()
    {
        var random = new Random(Rounds == 4 ? 20_261_122 : Environment.TickCount);
        using var other = new GraphiteWeb();
        var points = new SameSeries(other, random);
        var expressions = new Expressions(random);
        var compared = new Dictionary<string, int>(StringComparer.Ordinal);
        var differences = new List<string>();
        var failed = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            for (var way = 0; way < Expressions.Ways; way++)
            {
                var target = expressions.Next(way);
                var from = SameSeries.Now - expressions.Of(600, 3600, 3000, 7200, 20_000, 86_400, 3 * 3600 + 17) - (random.Next(3) == 0 ? random.Next(40_000) : 0);
                var until = random.Next(3) == 0 ? Math.Min(SameSeries.Now, from + 300 + random.Next(30_000)) : SameSeries.Now;
                int? most = random.Next(2) == 0 ? null : expressions.Of(1, 7, 50, 300, 1000);
                var zone = target.StartsWith("smartSummarize", StringComparison.Ordinal) || target.StartsWith("hitcount", StringComparison.Ordinal) ? expressions.Of("UTC", "Europe/Berlin", "America/New_York") : "UTC";
                var factor = random.Next(4) == 0 ? 0.6 : 0;
                var question = new JsonObject { ["targets"] = new JsonArray(target), ["from"] = from, ["until"] = until, ["now"] = SameSeries.Now, ["tz"] = zone, ["xFilesFactor"] = factor };
                if (most is { } limit)
                {
                    question["maxDataPoints"] = limit;
                }

                var expected = other.Ask(question);
                var context = new RenderContext(from, until, SameSeries.Now, TimeZoneInfo.FindSystemTimeZoneById(zone), factor);
                if (expected["failed"] is { } fault)
                {
                    failed.Add($"{target}: {fault}");
                    continue;
                }

                var function = Expressions.FunctionOf(way);
                compared[function] = compared.GetValueOrDefault(function) + 1;
                if (Difference(target, context, most, expected, points) is { } difference)
                {
                    differences.Add($"{target} from={from} until={until} max={most} tz={zone} xff={factor}: {difference}");
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{compared.Values.Sum()} compared, {failed.Count} that graphite-web fails at:\n{string.Join('\n', failed)}");
        Assert.True(differences.Count == 0, $"{differences.Count} of {compared.Values.Sum()} differ:\n{string.Join('\n', differences.Take(60))}");
        Assert.InRange(failed.Count, 0, compared.Values.Sum() / 100);
        var own = new HashSet<string>(["lower", "upper", "medianSeries"]);
        var missing = FunctionTable.Names.Where(name => !own.Contains(name) && compared.GetValueOrDefault(name) < Rounds - 1 && name is not ("map" or "mapSeries" or "xFilesFactor")).ToList();
        Assert.True(missing.Count == 0, $"never compared: {string.Join(", ", missing)}");
    }

    [Fact]
    public void Every_function_has_graphite_webs_parameters()
    {
        using var other = new GraphiteWeb();
        var answer = other.Ask(new JsonObject { ["functions"] = true });
        var groups = answer["groups"]!.AsObject();
        var functions = answer["functions"]!.AsObject();
        Assert.All(functions, pair =>
        {
            var function = FunctionTable.Find(pair.Key);
            Assert.True(function is not null, pair.Key);
            Assert.Equal((string?)groups[pair.Key], function.Group);
            Assert.Equal(pair.Value!.AsArray().Select(static one => Written(one!.AsObject())), function.Parameters.Select(parameter => Written(FunctionAnswer.Parameter(parameter))));
        });
    }

    private static string Written(JsonObject parameter) => string.Join(' ', parameter.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Where(static pair => pair.Key != "options").Select(static pair => $"{pair.Key}={pair.Value!.ToJsonString()}"));

    private static string? Difference(string target, RenderContext context, int? most, JsonObject expected, ISeriesSource points)
    {
        string ours;
        try
        {
            ours = Encoding.UTF8.GetString(RenderAnswer.Json(new Evaluator(points, CancellationToken.None).Evaluate(TargetParser.Parse(target), context), most, noNullPoints: false));
        }
        catch (GraphiteException fault)
        {
            return expected["refused"] is null ? $"refused: {fault.Message}" : null;
        }

        if (expected["refused"] is { } refused)
        {
            return $"not refused: {refused}";
        }

        var (theirs, mine) = (JsonNode.Parse((string)expected["text"]!)!.AsArray(), JsonNode.Parse(ours)!.AsArray());
        if (theirs.Count != mine.Count)
        {
            return $"{mine.Count} series for {theirs.Count}";
        }

        var isRandom = target.StartsWith("randomWalk", StringComparison.Ordinal);
        return theirs.Zip(mine).Select(pair => Difference(pair.First!.AsObject(), pair.Second!.AsObject(), isRandom)).FirstOrDefault(static one => one is not null);
    }

    private static string? Difference(JsonObject theirs, JsonObject ours, bool isRandom)
    {
        if ((string?)theirs["target"] != (string?)ours["target"])
        {
            return $"name {ours["target"]} for {theirs["target"]}";
        }

        static string Tags(JsonNode? tags) => string.Join(' ', tags!.AsObject().OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value}"));
        if (Tags(theirs["tags"]) != Tags(ours["tags"]))
        {
            return $"tags {Tags(ours["tags"])} for {Tags(theirs["tags"])}";
        }

        var (expected, actual) = (theirs["datapoints"]!.AsArray(), ours["datapoints"]!.AsArray());
        if (expected.Count != actual.Count)
        {
            return $"{theirs["target"]}: {actual.Count} points for {expected.Count}: {actual.ToJsonString().AsSpan()[..Math.Min(100, actual.ToJsonString().Length)]} for {expected.ToJsonString().AsSpan()[..Math.Min(100, expected.ToJsonString().Length)]}";
        }

        for (var i = 0; i < expected.Count; i++)
        {
            if ((long)(double)expected[i]![1]! != (long)actual[i]![1]! || (!isRandom && (double?)expected[i]![0] != (double?)actual[i]![0]))
            {
                return $"{theirs["target"]}: point {i} {actual[i]!.ToJsonString()} for {expected[i]!.ToJsonString()}";
            }
        }

        return null;
    }
}
