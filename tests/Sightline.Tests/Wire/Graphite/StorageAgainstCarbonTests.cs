using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;

namespace Sightline.Tests.Wire.Graphite;

/// <summary>The same configuration files read by Debian's carbon and by us say the same of every name.</summary>
public sealed class StorageAgainstCarbonTests
{
    private static readonly string[] Elements = ["stats", "carbon", "web1", "cpu", "upper_90", "lower", "count", "sum", "a%b", "x;dc=eu", "é"];
    private static readonly string[] Patterns =
        ["^stats", "count$", @"\.(sum|count)$", "", ".*", @"^carbon\.", @"\.upper(_\d+)?$", "web[0-9]+", "(?P<all>cpu)", @"^(?!stats)", @"lower\Z", "a%%b", ";dc=eu", "É", "a:b=c", "^%(start)s"];
    private static readonly string[] Lists =
        ["10s:6h,1m:6d", "60:1440", "1m:7d", " 10s:6h , 1m:6d,10m:5y", "1h:1y,1m:1d", "1s:100", "60s:1d\n  ,5m:30d", "15s:7d,1m:21d,15m:5y", "1d:10y", "1m:90"];

    [Fact]
    public void Files_mean_what_they_mean_to_carbon()
    {
        var random = new Random(17);
        using var carbon = new Carbon("carbon-storage.py");
        var (kept, unsaid) = (0, 0);
        for (var round = 0; round < 300; round++)
        {
            var (schemas, aggregation) = (Schemas(random), Aggregation(random));
            var names = Enumerable.Range(0, 20).Select(_ => string.Join('.', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, Elements)))).ToList();
            var answer = carbon.Ask(new JsonObject { ["schemas"] = schemas, ["aggregation"] = aggregation, ["names"] = JsonSerializer.SerializeToNode(names) }).AsArray();
            var rules = KeepingRules.Parse(schemas, aggregation);
            Assert.True(rules.Schemas.Faults.Count + rules.Aggregation.Faults.Count == 0, $"{string.Join("; ", rules.Schemas.Faults.Concat(rules.Aggregation.Faults))}\n{schemas}\n{aggregation}");
            for (var i = 0; i < names.Count; i++)
            {
                var said = answer[i]!.AsArray();
                if (said[0] is not JsonArray archives)
                {
                    Assert.Null(rules.Of(names[i]));
                    unsaid++;
                    continue;
                }

                Assert.True(SeriesKeeping.TryMethod((string)said[1]!, out var method));
                var expected = new SeriesKeeping([.. archives.Select(static one => new SeriesArchive((uint)one![0]!, (uint)one[1]!))], method, (float)(double)said[2]!);
                Assert.True(expected.Equals(rules.Of(names[i])), $"{names[i]}: carbon keeps {expected}, we {rules.Of(names[i])}\n{schemas}\n{aggregation}");
                kept++;
            }
        }

        Assert.True(kept > 2000 && unsaid > 300, $"{kept} kept, {unsaid} unsaid");
    }

    private static string Schemas(Random random)
    {
        var file = new StringBuilder();
        Noise(random, file);
        file.Append("[DEFAULT]\nstart = web\n");
        for (var i = random.Next(0, 5); i >= 0; i--)
        {
            Section(random, file, i);
            Option(random, file, "pattern", SomePattern(random));
            Noise(random, file);
            Option(random, file, random.Next(3) == 0 ? "RETENTIONS" : "retentions", Pick(random, Lists));
            Noise(random, file);
        }

        return file.ToString();
    }

    private static string Aggregation(Random random)
    {
        var file = new StringBuilder("[DEFAULT]\nstart: stats\n");
        for (var i = random.Next(0, 4); i > 0; i--)
        {
            Section(random, file, i);
            Option(random, file, "pattern", SomePattern(random));
            if (random.Next(3) > 0)
            {
                Option(random, file, "xFilesFactor", Pick(random, ["0", "0.5", "1", "0.1", ".25", "3e-1"]));
            }

            if (random.Next(3) > 0)
            {
                Option(random, file, "aggregationMethod", SeriesKeeping.NameOf((RollUpMethod)random.Next(1, 9)));
            }

            Noise(random, file);
        }

        return file.ToString();
    }

    private static void Section(Random random, StringBuilder file, int number) =>
        file.Append(CultureInfo.InvariantCulture, $"[{Pick(random, ["rule", "a b", "carbon.x"])}{number}]{Pick(random, ["", "  "])}\n");

    private static void Option(Random random, StringBuilder file, string name, string value) => file.Append(name).Append(Pick(random, [" = ", "=", ": ", ":", " :  "])).Append(value).Append('\n');

    private static void Noise(Random random, StringBuilder file) => file.Append(Pick(random, ["", "\n", "# [comment]\n", "  ; pattern = x\n", "\n\n", "   \n"]));

    // A pattern must be there; an empty one carbon skips, which here is a fault (StorageSchemasTests).
    private static string SomePattern(Random random) => Pick(random, Patterns) is { Length: > 0 } pattern ? pattern : "^(web|stats)";

    private static T Pick<T>(Random random, IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
