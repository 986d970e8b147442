using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sightline.Core.Wire.Graphite;

namespace Sightline.Tests.Wire.Graphite;

/// <summary>The same rewrite and aggregation rules and the same points given to Debian's carbon-aggregator and to us come to the same.</summary>
public sealed class LinesAgainstCarbonTests
{
    private static readonly string[] Elements = ["stats", "prod", "web1", "web22", "db", "requests", "errors", "upper_90", "count", "x-y", "é"];
    private static readonly string[] Methods = ["sum", "avg", "min", "max", "count", "p50", "p75", "p80", "p90", "p95", "p99", "p999"];
    private static readonly (string Output, string Input)[] Shapes =
    [
        ("<env>.all.requests", "<env>.*.requests"), ("<env>.sum", "<env>.<host>.<<rest>>"), ("all.<<rest>>", ""), ("total", "*.*"), ("total", "*.*.*"), ("by.<host>", "*.web<host>.*"),
        ("deep.<rest>", "stats.<<rest>>"), ("tail.<last>", "<<first>>.<last>"), ("<a>.<b>", "<a>.<b>"), ("n.<a>", "[a-z]+.<a>_90"), ("any.<a>", "<a>.(requests|errors)"), ("w", "web*.db*"), ("odd.<a>", "x<a>|prod"),
        ("<a>.<a>", "<a>.d?b.*"),
    ];

    private static readonly (string Pattern, string Replacement)[] Rewrites =
    [
        (@"^(\w+)\.web\d+\.", @"\1.web."), ("_90$", "_p90"), (@"(?P<env>prod|stats)\.(\w)", @"\2.\g<env>"), ("x*", "-"), ("é", "e"), (@"\.count$", ""), (@"^stats\.", ""), (@"(a)|(b)", @"[\2]"), ("([]x])", @"\g<1>\."),
        (@"(?P<a>.)\1", @"\g<a>"), ("requests", "prod.requests"),
    ];

    [Fact]
    public void Rules_mean_what_they_mean_to_carbon()
    {
        var random = new Random(23);
        using var carbon = new Carbon("carbon-aggregator.py");
        var (told, passed, late) = (0, 0, 0);
        for (var round = 0; round < 400; round++)
        {
            var (rewrites, aggregates) = (RewriteFile(random), AggregationFile(random));
            var rules = LineRules.Parse(rewrites, aggregates);
            Assert.True(rules.Rewrites.Faults.Count + rules.Aggregations.Faults.Count == 0, $"{string.Join("; ", rules.Rewrites.Faults.Concat(rules.Aggregations.Faults))}\n{rewrites}\n{aggregates}");
            var points = new List<(double Now, string Name, uint Time, double Value)>();
            var now = 1000.0;
            for (var i = random.Next(5, 60); i > 0; i--)
            {
                now += random.Next(3) == 0 ? random.Next(0, 40) : random.Next(0, 8) / 4.0;
                var name = string.Join('.', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Elements[random.Next(Elements.Length)]));
                var back = random.Next(4) == 0 ? random.Next(0, 400) : random.Next(0, 5);
                late += back > 60 ? 1 : 0;
                points.Add((now, name, (uint)(now - back), Math.Round(random.NextDouble() * 100, random.Next(0, 6))));
            }

            var until = Math.Floor(now) + 400;
            var answer = carbon.Ask(new JsonObject
            {
                ["rewrites"] = rewrites,
                ["aggregates"] = aggregates,
                ["points"] = new JsonArray([.. points.Select(static point => new JsonArray(point.Now, point.Name, point.Time, point.Value))]),
                ["until"] = until,
            });
            var (ourPassed, ourTold) = Run(rules, points, until);
            var what = $"round {round}\n{rewrites}\n{aggregates}\n{string.Join('\n', points)}";
            Assert.True(Texts(answer["passed"]!).SequenceEqual(ourPassed), $"passed on {string.Join(", ", ourPassed.Except(Texts(answer["passed"]!)))} instead of {string.Join(", ", Texts(answer["passed"]!).Except(ourPassed))}: {what}");
            var expected = Texts(answer["told"]!).Order(StringComparer.Ordinal).ToList();
            Assert.True(expected.SequenceEqual(ourTold.Order(StringComparer.Ordinal)), $"told\n{string.Join('\n', ourTold.Order(StringComparer.Ordinal))}\ninstead of\n{string.Join('\n', expected)}: {what}");
            (told, passed) = (told + ourTold.Count, passed + ourPassed.Count);
        }

        Assert.True(told > 2000 && passed > 5000 && late > 500, $"{told} told, {passed} passed on, {late} late");
    }

    private static (List<string> Passed, List<string> Told) Run(LineRules rules, List<(double Now, string Name, uint Time, double Value)> points, double until)
    {
        var buffers = new AggregationBuffers(0);
        var (passed, told) = (new List<string>(), new List<string>());
        var clock = 0.0;
        void Advance(double to)
        {
            while (clock < to)
            {
                clock += Math.Min(1, to - clock);
                buffers.Tell(clock, (name, start, value) => told.Add(Text(name, start, value)));
            }
        }

        foreach (var (now, name, time, value) in points)
        {
            Advance(now);
            var route = rules.Of(Encoding.UTF8.GetBytes(name));
            buffers.Add(route, time, value, now);
            if (route.Name is { } kept)
            {
                passed.Add(Text(Encoding.UTF8.GetString(kept), time, value));
            }
        }

        Advance(until);
        return (passed, told);
    }

    // Names that carbon passes on empty are none here.
    private static IEnumerable<string> Texts(JsonNode lines) =>
        lines.AsArray().Where(static line => ((string)line![0]!).Length > 0).Select(static line => Text((string)line![0]!, (double)line[1]!, (double)line[2]!));

    private static string Text(string name, double time, double value) => string.Create(CultureInfo.InvariantCulture, $"{name} {time} {value:R}");

    private static string RewriteFile(Random random)
    {
        var file = new StringBuilder("# names\n\n");
        foreach (var section in new[] { "[pre]", "[POST]" })
        {
            file.Append(section).Append('\n');
            for (var i = random.Next(0, 3); i > 0; i--)
            {
                var (pattern, replacement) = Rewrites[random.Next(Rewrites.Length)];
                file.Append(pattern).Append(" = ").Append(replacement).Append('\n');
            }
        }

        return file.ToString();
    }

    private static string AggregationFile(Random random)
    {
        var file = new StringBuilder();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var (output, input) = Shapes[random.Next(Shapes.Length)];
            if (input.Length == 0)
            {
                (output, input) = ("all.<rest>", "prod.<<rest>>");
            }

            file.Append(CultureInfo.InvariantCulture, $"  {output} ({new[] { 1, 5, 10, 60 }[random.Next(4)]}) = {Methods[random.Next(Methods.Length)]} {input}\n");
        }

        return file.ToString();
    }
}
