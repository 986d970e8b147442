using System.Buffers;
using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.EventApi;
using Sightline.Tests.Wire.Fuzzing;

namespace Sightline.Tests.Wire.EventApi;

/// <summary>The short way is right when it gives, byte for byte, what the long way gives, or nothing.</summary>
public sealed class PlainEventReaderTests
{
    private static readonly RequestHead Head = new(ReceivedBy.EventApi, 1_795_341_600_000, "192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "de-DE,de;q=0.9");

    public static TheoryData<string> Plain =>
    [
        """{"key":"Key1234567890123","name":"pageview","url":"https://shop.test/a?utm_source=x","referrer":"https://search.test/","screen":"1920x1080","title":"Café 😀 ","age_ms":103}""",
        """ {"name":"engagement","url":"/a","engaged_ms":1200.7,"scroll":80.5,"key":"K","id":"~ab12","visitor_id":"v-1"} """,
        """{"key":" K ","name":"signup","props":{"plan":"pro","n":-1.5,"ok":true,"no":false,"empty":""," spaces ":"  x  "},"user_id":"u","visitor_id":null,"unknown":{"a":[1]}}""",
        """{"key":"K","name":"banner","interactive":false,"language":"de-DE","user_agent":"Mozilla/5.0","screen":"big","props":{}}""",
        """{"key":"K","name":"click","interactive":true,"url":"","title":"","scroll":400,"engaged_ms":1e30}""",
        """{"key":"K","name":"pageview","url":"http://shop.test","engaged_ms":5,"scroll":5,"age_ms":0}""",
    ];

    private static readonly string[] Others =
    [
        """[{"key":"K","name":"pageview","url":"/"}]""",
        """{"key":"K","name":"order","revenue":{"amount":"12.50","currency":"EUR"},"id":7}""",
        """{"key":"K","name":"a","name":"b","url":"/","props":{"a":1,"a":2,"b":null,"c":[1],"d":1e400,"e":"ä"}}""",
        """{"key":"K","n\u0061me":"a","title":"a\tb","time":"2026-11-22T09:00:00Z"}""",
        """{"key":"K","name":"pageview","url":"//evil.test/","age_ms":-1}""",
        """{"key":"K","name":"pageview"} x""",
    ];

    [Theory]
    [MemberData(nameof(Plain))]
    public void An_ordinary_event_goes_the_short_way(string body) => Assert.True(Compare(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void What_is_not_plain_is_left_to_the_parser()
    {
        foreach (var body in Others)
        {
            Assert.False(Compare(Encoding.UTF8.GetBytes(body)), body);
        }
    }

    [Fact]
    public void Any_character_in_any_text_gives_the_same_as_the_long_way()
    {
        var plain = 0;
        for (var c = 0; c < 0x3000; c++)
        {
            if (c is < ' ' or '"' or '\\' or (>= 0xd800 and < 0xe000))
            {
                continue;
            }

            var text = $"a{(char)c}b";
            foreach (var body in new[] { $$$"""{"key":"K","name":"n","title":"{{{text}}}","url":"/{{{text}}}"}""", $$$"""{"key":"K","name":"n","props":{"{{{text}}}":"{{{text}}}"}}""" })
            {
                plain += Compare(Encoding.UTF8.GetBytes(body)) ? 1 : 0;
            }
        }

        Assert.InRange(plain, 0x2f00, int.MaxValue);
    }

    [Theory]
    [InlineData("name", EventLimits.Name)]
    [InlineData("url", EventLimits.Url)]
    [InlineData("title", EventLimits.Title)]
    [InlineData("visitor_id", EventLimits.Id)]
    [InlineData("language", 100)]
    public void Texts_at_and_over_their_limit_give_the_same_as_the_long_way(string field, int limit)
    {
        for (var length = limit - 2; length <= limit + 2; length++)
        {
            foreach (var letter in new[] { "x", "ä", "😀" })
            {
                var text = "/" + string.Concat(Enumerable.Repeat(letter, (length - 1) / letter.Length));
                var others = field == "name" ? "" : "\"name\":\"n\",";
                Compare(Encoding.UTF8.GetBytes($$"""{"key":"K",{{others}}"{{field}}":"{{text}}"}"""));
            }
        }
    }

    [Fact]
    public void Mutated_bodies_give_the_same_bytes_both_ways() =>
        FuzzRun.Run("plain events", [.. Plain.Select(row => row.Data), .. Others], input => Compare(input.Span), FuzzRun.DefaultIterations,
            "\"key\":", "\"name\":", "\"props\":{", "\"age_ms\":", "\"url\":\"http://", "\"scroll\":", "\"engaged_ms\":", "\"screen\":\"1x2\"", "},{", "\\ud83d", "null,", "false", "1e9", "\"a\":1,");

    /// <returns>Whether it went the short way.</returns>
    private static bool Compare(ReadOnlySpan<byte> body)
    {
        var output = new ArrayBufferWriter<byte>();
        if (!PlainEventReader.TryRead(body, Head, IncomingFlags.Prefetch, output, out var key))
        {
            Assert.Equal(0, output.WrittenCount);
            return false;
        }

        var batch = new EventBatch { ReceivedBy = Head.ReceivedBy, ReceivedMs = Head.ReceivedMs, ClientIp = Head.ClientIp, UserAgent = Head.UserAgent, Language = Head.Language };
        var reading = EventApiParser.Parse(body, batch, IncomingFlags.Prefetch);
        Assert.Equal(EventApiFault.None, reading.Fault);
        Assert.Empty(reading.Dropped);
        Assert.Equal(reading.Key, Encoding.UTF8.GetString(key));
        var expected = new ArrayBufferWriter<byte>();
        EventBatchCodec.Write(batch, expected);
        Assert.Equal(expected.WrittenSpan.ToArray(), output.WrittenSpan.ToArray());
        return true;
    }
}
