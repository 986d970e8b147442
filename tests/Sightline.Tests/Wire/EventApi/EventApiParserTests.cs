using System.Globalization;
using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.EventApi;

namespace Sightline.Tests.Wire.EventApi;

public sealed class EventApiParserTests
{
    // 2026-11-22T10:00:00Z
    private const long Received = 1_795_341_600_000;

    [Theory]
    // The least an event can be.
    [InlineData("""{"key":"K","name":"pageview","url":"https://shop.test/a?b=c#d"}""", "PageView pageview https://shop.test/a?b=c#d")]
    [InlineData("""{"key":"K","name":"pageview","url":"/path/only"}""", "PageView pageview /path/only")]
    [InlineData("""{"key":"K","name":"signup"}""", "Interaction signup ")]
    [InlineData("""{"key":"K","name":"banner","interactive":false}""", "Passive banner ")]
    [InlineData("""{"key":"K","name":"banner","interactive":true}""", "Interaction banner ")]
    // What surrounds it: a byte order mark, white space, an array, unknown and repeated fields, nulls.
    [InlineData("\uFEFF \r\n{\"key\":\"K\",\"name\":\"a\"}\n", "Interaction a ")]
    [InlineData("""[{"key":"K","name":"a"}]""", "Interaction a ")]
    [InlineData("""{"key":"K","name":"a","name":"b"}""", "Interaction b ")]
    [InlineData("""{"key":"K","name":"a","later":{"deep":[1,{"name":"x"}]},"toString":null,"":1}""", "Interaction a ")]
    [InlineData("""{"key":"K","name":"a","url":null,"props":null,"revenue":null,"time":null,"interactive":null}""", "Interaction a ")]
    // Escapes, in names of fields too; lone surrogates as JSON.stringify writes them; NUL left out; white space trimmed.
    [InlineData("""{"k\u0065y":"K","n\u0061me":"p\u0061geview","url":"https:\/\/shop.test\/"}""", "PageView pageview https://shop.test/")]
    [InlineData("""{"key":"K","name":"caf\u00e9 \ud83d\ude00\ud83d"}""", "Interaction café 😀\uFFFD ")]
    [InlineData("""{"key":"K","\ud800":1,"name":"a\u0000b\ud800\u0041"}""", "Interaction ab\uFFFDA ")]
    [InlineData("""{"key":"K","name":"  a \n\t"}""", "Interaction a ")]
    [InlineData("""{"key":"K","name":"ü"}""", "Interaction ü ")]
    public void Parses_one_event(string body, string expected)
    {
        var (reading, batch) = Parse(body);
        Assert.Equal(EventApiFault.None, reading.Fault);
        Assert.Equal("K", reading.Key);
        Assert.Empty(reading.Dropped);
        var read = Assert.Single(batch.Events);
        Assert.Equal(expected, $"{read.Kind} {read.Name} {read.Url}");
        Assert.Null(read.TimeMs);
    }

    [Fact]
    public void Parses_every_field()
    {
        var read = Only("""
            {"key":"K","name":"order","url":"https://shop.test/done","referrer":"https://a.test/","title":"Done","screen":"1920x1080",
             "user_id":42,"visitor_id":"v-1","id":"order-7","language":"de-DE,de;q=0.9","user_agent":"App/1.0","time":"2026-11-22T09:59:58.250Z",
             "props":{"plan":"pro","n":3},"revenue":{"amount":12.345,"currency":"eur"},"interactive":false}
            """);
        Assert.Equal("https://a.test/", read.Referrer);
        Assert.Equal("Done", read.Title);
        Assert.Equal("1920x1080", read.Screen);
        Assert.Equal("42", read.UserId);
        Assert.Equal("v-1", read.VisitorId);
        Assert.Equal("order-7", read.DedupKey);
        Assert.Equal("de-DE,de;q=0.9", read.Language);
        Assert.Equal("App/1.0", read.UserAgent);
        Assert.Equal(Received - 1750, read.TimeMs);
        Assert.Equal("""{"plan":"pro","n":3}""", Encoding.UTF8.GetString(read.Props!));
        Assert.Equal(123_450, read.RevenueE4);
        Assert.Equal("EUR", read.Currency);
        Assert.Equal(EventKind.Passive, read.Kind);
    }

    [Theory]
    [InlineData("12", 120_000)]
    [InlineData("\"19.99\"", 199_900)]
    [InlineData("{\"amount\":-5}", -50_000)]
    [InlineData("{\"amount\":1e3,\"other\":[1]}", 10_000_000)]
    [InlineData("{\"amount\":0.00005}", 1)]
    [InlineData("{\"currency\":\"EUR\"}", null)]
    [InlineData("{}", null)]
    public void Parses_revenue(string revenue, int? expected) =>
        Assert.Equal(expected, Only($$"""{"key":"K","name":"order","revenue":{{revenue}}}""").RevenueE4);

    [Theory]
    [InlineData("\"2026-11-22T10:00:00Z\"", 0)]
    [InlineData("\"2026-11-22t09:59:59z\"", -1000)]
    [InlineData("\"2026-11-22 11:00:00+01:00\"", 0)]
    [InlineData("\"2026-11-22T04:30:00.5-05:30\"", 0)]
    [InlineData("\"2026-11-22T09:00:00.123456789+00:00\"", -3_599_877)]
    [InlineData("1795341599000", -1000)]
    [InlineData("1795341599000.75", -1000)]
    public void Parses_time(string time, long fromReceived) =>
        // The fourth case is half a second after the request was received: a clock ahead, so the time of receiving counts.
        Assert.Equal(Received + fromReceived, Only($$"""{"key":"K","name":"a","time":{{time}}}""").TimeMs);

    [Fact]
    public void An_age_is_taken_from_the_time_of_receiving_so_the_browsers_clock_does_not_matter()
    {
        Assert.Equal(Received - 1500, Only("""{"key":"K","name":"a","age_ms":1500}""").TimeMs);
        Assert.Null(Only("""{"key":"K","name":"a","age_ms":0}""").TimeMs);
        Assert.Equal(Received - 1000, Only("""{"key":"K","name":"a","age_ms":1500,"time":1795341599000}""").TimeMs);
    }

    [Theory]
    [InlineData("""{"a":"x","b":1.50,"c":true,"d":false,"e":null}""", """{"a":"x","b":1.50,"c":true,"d":false}""")]
    [InlineData("""{ "a" : [ 1, {"b":2} ], "o":{"p":"q"} }""", """{"a":"[ 1, {\"b\":2} ]","o":"{\"p\":\"q\"}"}""")]
    [InlineData("""{"a":1,"b":2,"a":3}""", """{"a":3,"b":2}""")]
    [InlineData("""{"a":1,"a":null}""", null)]
    [InlineData("""{"a":1e999,"b":123456789012345678901234567890123,"c":-0}""", """{"a":"1e999","b":"123456789012345678901234567890123","c":-0}""")]
    [InlineData("""{"":1," ":2,"\ud800":"\udc00","n\u0000":"\u0000"}""", "{\"\uFFFD\":\"\uFFFD\",\"n\":\"\"}")]
    [InlineData("""{"<b>":"a\"b\\c\n&<é😀"}""", """{"<b>":"a\"b\\c\n&<é\uD83D\uDE00"}""")]
    [InlineData("{}", null)]
    public void Props_become_one_flat_object(string props, string? expected)
    {
        var read = Only($$"""{"key":"K","name":"a","props":{{props}}}""").Props;
        Assert.Equal(expected, read is null ? null : Encoding.UTF8.GetString(read));
    }

    [Theory]
    [InlineData("\"engaged_ms\":12000,\"scroll\":80", 12_000, 80)]
    [InlineData("\"engaged_ms\":12000.7", 12_000, 255)]
    [InlineData("\"scroll\":99.5", 0, 100)]
    [InlineData("\"engaged_ms\":1e300,\"scroll\":1e999", 86_400_000, 100)]
    public void Parses_engagement(string fields, uint engagedMs, byte scroll)
    {
        var read = Only($$"""{"key":"K","name":"engagement","url":"/a",{{fields}}}""");
        Assert.Equal(EventKind.Engagement, read.Kind);
        Assert.Equal((engagedMs, scroll), (read.EngagedMs, read.Scroll));
    }

    [Fact]
    public void Engagement_fields_of_other_events_are_ignored()
    {
        var read = Only("""{"key":"K","name":"a","engaged_ms":12000,"scroll":80}""");
        Assert.Equal((0u, (byte)255), (read.EngagedMs, read.Scroll));
    }

    [Theory]
    [InlineData("1920x1080", "1920x1080")]
    [InlineData("0x0", "0x0")]
    [InlineData("large", null)]
    [InlineData("1920X1080", null)]
    [InlineData("x1080", null)]
    [InlineData("1920x", null)]
    [InlineData("123456x1", null)]
    [InlineData("-1x5", null)]
    public void A_screen_that_is_none_is_ignored(string screen, string? expected) =>
        Assert.Equal(expected, Only($$"""{"key":"K","name":"a","screen":"{{screen}}"}""").Screen);

    [Fact]
    public void Long_texts_are_cut_but_never_amid_a_character()
    {
        var emoji = string.Concat(Enumerable.Repeat("😀", EventLimits.Title));
        var read = Only($$"""{"key":"K","name":"a","title":"x{{emoji}}","referrer":"{{new string('ü', 5000)}}","props":{"p":"{{emoji}}{{emoji}}" } }""");
        Assert.Equal("x" + emoji[..(EventLimits.Title - 2)], read.Title);
        Assert.Equal(new string('ü', EventLimits.Referrer), read.Referrer);
        Assert.Equal(Encoding.UTF8.GetByteCount("""{"p":""}"""), read.Props!.Length - (EventLimits.PropValue / 2 * 12));
    }

    [Fact]
    public void Invalid_utf8_is_repaired_not_refused()
    {
        byte[] body = [.. """{"key":"K","name":"caf"""u8, 0xE9, .. "\"}"u8];
        var batch = new EventBatch { ReceivedMs = Received };
        Assert.Equal(EventApiFault.None, EventApiParser.Parse(body, batch).Fault);
        Assert.Equal("caf\uFFFD", Assert.Single(batch.Events).Name);
    }

    [Fact]
    public void Flags_of_the_request_are_on_each_event()
    {
        var batch = new EventBatch { ReceivedMs = Received };
        EventApiParser.Parse("""[{"key":"K","name":"a"},{"name":"b"}]"""u8, batch, IncomingFlags.Prefetch);
        Assert.All(batch.Events, read => Assert.Equal(IncomingFlags.Prefetch, read.Flags));
    }

    private static IncomingEvent Only(string body)
    {
        var (reading, batch) = Parse(body);
        Assert.Equal(EventApiFault.None, reading.Fault);
        Assert.True(reading.Dropped.Count == 0, string.Create(CultureInfo.InvariantCulture, $"dropped: {string.Join(',', reading.Dropped)}"));
        return Assert.Single(batch.Events);
    }

    private static (EventApiReading Reading, EventBatch Batch) Parse(string body)
    {
        var batch = new EventBatch { ReceivedMs = Received };
        return (EventApiParser.Parse(Encoding.UTF8.GetBytes(body), batch), batch);
    }
}
