using Sightline.Core.Queries;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Queries;

public sealed class StatsQueryFuzzTests
{
    private static readonly string[] Seeds =
    [
        """{"project":1,"metrics":["visitors","p95(props.load_ms)"],"dimensions":["time:day","event:props.plan"],"range":"30d","timezone":"Europe/Berlin","filters":["and",[["is","visit:country",["DE",null]],["not",["matches","page:path",["^/a"]]],["has_done",["gt","event:props.n",[1.5]]]]],"order":[["visitors","desc"]],"limit":10,"offset":5,"compare":"previous_period","include":["totals","total_rows"]}""",
        """{"project":4294967295,"metrics":["revenue"],"range":["2026-11-01","2026-11-22"],"compare":["2026-10-01T00:00:00Z","2026-10-02T00:00:00+02:00"],"filters":["or",[["segment",3],["is_not_set","goal"]]]}""",
    ];

    [Fact]
    public void Mutated_queries_are_read_or_refused_and_never_crash() => FuzzRun.Run("stats query", Seeds, input =>
    {
        try
        {
            var query = StatsQueryParser.Parse(input);
            var resolved = ResolvedQuery.Create(
                query with { Dimensions = [.. query.Dimensions.Where(d => !d.IsTime)] },
                new() { Id = query.Project, Name = "Shop", PublicKey = "0123456789abcdef" },
                nowMs: 1_795_000_000_000,
                firstEventMs: () => 1_790_000_000_000,
                segment: _ => new AndFilter([]));
            Assert.True(resolved.Range.ToMs >= resolved.Range.FromMs);
        }
        catch (InvalidQueryException refused)
        {
            Assert.NotEmpty(refused.Message);
        }
    }, dictionary: ["\"project\"", "\"metrics\"", "\"range\"", "\"filters\"", "\"has_done\"", "\"and\"", "\"time:hour\"", "\"realtime\"", "\\ud800"]);
}
