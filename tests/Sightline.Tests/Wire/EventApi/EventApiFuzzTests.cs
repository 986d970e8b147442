using Sightline.Core.Model;
using Sightline.Core.Wire.EventApi;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.EventApi;

public sealed class EventApiFuzzTests
{
    private static readonly string[] Seeds =
    [
        """{"key":"Key1234567890123","name":"pageview","url":"https://shop.test/a?utm_source=x","referrer":"https://search.test/","screen":"1920x1080","title":"Caf\u00e9 \ud83d\ude00","age_ms":103}""",
        """[{"key":"Key1234567890123","name":"engagement","url":"/a","engaged_ms":1200,"scroll":80},{"name":"order","revenue":{"amount":"12.50","currency":"EUR"},"id":"o-1"}]""",
        """[{"key":"K","name":"signup","props":{"plan":"pro","n":1.5,"ok":true,"nested":{"a":[1,2]}},"user_id":42,"visitor_id":"v","time":"2026-11-22T09:00:00.5+01:00"}]""",
        """{"key":"K","name":"banner","interactive":false,"language":"de-DE","user_agent":"Mozilla/5.0","time":1795341599000}""",
    ];

    [Fact]
    public void Mutated_bodies_are_read_or_refused_and_every_member_is_accounted_for() =>
        FuzzRun.Run("event API", Seeds, Look, FuzzRun.DefaultIterations, "\"key\":", "\"name\":", "\"props\":{", "\"revenue\":", "\"time\":\"", "\"url\":\"http://", ",{", "},{", "\\ud83d", "null,");

    private static void Look(ReadOnlyMemory<byte> input)
    {
        var batch = new EventBatch { ReceivedMs = 1_795_341_600_000 };
        var reading = EventApiParser.Parse(input.Span, batch);
        Assert.Equal(reading.Dropped.Count, batch.Drops.Count);
        if (reading.Fault != EventApiFault.None)
        {
            Assert.Empty(batch.Events);
            Assert.Empty(batch.Drops);
            return;
        }

        Assert.InRange(batch.Events.Count + batch.Drops.Count, 1, EventApiParser.MaxEvents);
        foreach (var read in batch.Events)
        {
            Assert.InRange(read.Name.Length, 1, EventLimits.Name);
            Assert.DoesNotContain('\0', read.Name + read.Url + read.Title + read.UserId);
            Assert.InRange(read.TimeMs ?? batch.ReceivedMs, 631_152_000_000, batch.ReceivedMs);
            Assert.True((read.Props?.Length ?? 0) <= EventLimits.PropsBytes);
            if (read.Props is { } props)
            {
                using var document = System.Text.Json.JsonDocument.Parse(props);
            }
        }
    }
}
