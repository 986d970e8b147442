using System.Text.Json.Nodes;
using Sightline.Core.Queries.Graphite;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Queries.Graphite;

/// <summary>What <c>from</c> and <c>until</c> mean, here and in graphite-web.</summary>
public sealed class TimesAgainstGraphiteWebTests
{
    private static readonly string[] Seeds = ["-1d", "now-2h30min", "17:30_20261121", "noon yesterday", "monday", "nov 5", "12/25/26", "5:15pm+3d", "1795330000", "teatime_tomorrow-1w", "midnight"];

    [Fact]
    public void Generated_times_mean_the_same()
    {
        var random = new Random(4);
        string Of(params string[] choices) => choices[random.Next(choices.Length)];
        using var other = new GraphiteWeb();
        var differences = new List<string>();
        var refused = 0;
        // Years up to 2037: Python's table of zones ends there.
        for (var i = 0; i < 3000; i++)
        {
            var clock = Of("", "", "", $"{random.Next(26)}:{random.Next(62):00}", $"{random.Next(1, 13)}am", $"{random.Next(1, 13)}pm", $"{random.Next(1, 13)}:15pm", $"{random.Next(1, 13)}:45am", "noon", "midnight", "teatime");
            var day = Of("", "now", "today", "yesterday", "tomorrow", "monday", "tue", "Friday", "sunday", $"{random.Next(1, 14)}/{random.Next(1, 32)}/{(random.Next(70, 138) % 100):00}", $"{random.Next(1, 13)}/{random.Next(1, 29)}/2026",
                $"2026{random.Next(1, 13):00}{random.Next(1, 29):00}", $"{Of("jan", "march", "nov", "december")}{Of("", " ")}{random.Next(1, 31)}", "someday");
            var offset = Of("", "", $"-{random.Next(100)}{Of("s", "min", "h", "d", "w", "mon", "y", "minutes", "m", "weeks")}", $"+{random.Next(10)}h{random.Next(60)}min", "-1d2h", "-", "+x");
            var text = random.Next(10) == 0 ? Of("1795330000", "0", "20261122", "19991301", "123456") : clock + Of("", "_", " ") + day + offset;
            var zone = Of("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata");
            var answer = other.Ask(new JsonObject { ["time"] = text, ["now"] = SameSeries.Now, ["tz"] = zone });
            long? expected = answer["value"] is { } value ? (long)value : null;
            long? actual;
            try
            {
                actual = AtTime.Parse(text, SameSeries.Now, TimeZoneInfo.FindSystemTimeZoneById(zone));
            }
            catch (GraphiteException)
            {
                actual = null;
            }

            refused += expected is null ? 1 : 0;
            if (expected != actual)
            {
                differences.Add($"'{text}' in {zone}: {actual} for {answer.ToJsonString()}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n{string.Join('\n', differences.Take(40))}");
        Assert.InRange(refused, 100, 2000);
    }

    [Fact]
    public void Mutated_times_are_read_or_refused() => FuzzRun.Run(
        "graphite time",
        Seeds,
        static input =>
        {
            try
            {
                AtTime.Parse(System.Text.Encoding.UTF8.GetString(input.Span), SameSeries.Now, TimeZoneInfo.Utc);
            }
            catch (GraphiteException fault)
            {
                Assert.NotEmpty(fault.Message);
            }
        },
        200_000, "noon", "midnight", "teatime", "am", "pm", "yesterday", "monday", "jan", "dec31", "20261121", "/", ":", "+", "-", "_", "min", "mon", "y", "99999999999");
}
