using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.EventApi;

namespace Sightline.Tests.Wire.EventApi;

public sealed class EventApiRejectsTests
{
    // 2026-11-22T10:00:00Z
    private const long Received = 1_795_341_600_000;

    [Theory]
    [InlineData("", EventApiFault.NotJson)]
    [InlineData(" ", EventApiFault.NotJson)]
    [InlineData("\0", EventApiFault.NotJson)]
    [InlineData("name=pageview&url=/", EventApiFault.NotJson)]
    [InlineData("{", EventApiFault.NotJson)]
    [InlineData("""{"key":"K","name":"a""", EventApiFault.NotJson)]
    [InlineData("""{"key":"K","name":"a",}""", EventApiFault.NotJson)]
    [InlineData("""{"key":"K","name":"a"} {"key":"K","name":"b"}""", EventApiFault.NotJson)]
    [InlineData("""[{"key":"K","name":"a"},{"key":"K"}""", EventApiFault.NotJson)]
    [InlineData("""[{"key":"K","name":"a"}]x""", EventApiFault.NotJson)]
    [InlineData("""{"key":"K","name":"\u12"}""", EventApiFault.NotJson)]
    [InlineData("""{"key":"K","name":NaN}""", EventApiFault.NotJson)]
    [InlineData("{\"key\":\"K\",\"name\":\"a\0b\"}", EventApiFault.NotJson)]
    [InlineData("{'key':'K'}", EventApiFault.NotJson)]
    [InlineData("/* no */{}", EventApiFault.NotJson)]
    [InlineData("[]", EventApiFault.NotEvents)]
    [InlineData("null", EventApiFault.NotEvents)]
    [InlineData("\"text\"", EventApiFault.NotEvents)]
    [InlineData("12", EventApiFault.NotEvents)]
    public void Refuses_the_whole_body_and_takes_nothing_of_it(string body, EventApiFault expected)
    {
        var (reading, batch) = Parse(body);
        Assert.Equal(expected, reading.Fault);
        Assert.Null(reading.Key);
        Assert.Empty(batch.Events);
        Assert.Empty(batch.Drops);
    }

    [Theory]
    [InlineData("1", DropReason.Malformed, "")]
    [InlineData("[{}]", DropReason.Malformed, "")]
    [InlineData("{}", DropReason.MissingField, "name")]
    [InlineData("""{"name":""}""", DropReason.MissingField, "name")]
    [InlineData("""{"name":null}""", DropReason.MissingField, "name")]
    [InlineData("""{"name":" \u0000 "}""", DropReason.MissingField, "name")]
    [InlineData("""{"name":7}""", DropReason.Malformed, "name")]
    [InlineData("""{"name":{"a":[1]}}""", DropReason.Malformed, "name")]
    [InlineData("""{"name":"pageview"}""", DropReason.MissingField, "url")]
    [InlineData("""{"name":"engagement","scroll":5}""", DropReason.MissingField, "url")]
    [InlineData("""{"name":"pageview","url":"about:blank"}""", DropReason.BadUrl, "url")]
    [InlineData("""{"name":"pageview","url":"file:///etc/passwd"}""", DropReason.BadUrl, "url")]
    [InlineData("""{"name":"pageview","url":"javascript:alert(1)"}""", DropReason.BadUrl, "url")]
    [InlineData("""{"name":"pageview","url":"//host/path"}""", DropReason.BadUrl, "url")]
    [InlineData("""{"name":"pageview","url":"https://"}""", DropReason.BadUrl, "url")]
    [InlineData("""{"name":"pageview","url":"https:///path"}""", DropReason.BadUrl, "url")]
    [InlineData("""{"name":"pageview","url":"shop.test/a"}""", DropReason.BadUrl, "url")]
    [InlineData("""{"name":"pageview","url":5}""", DropReason.Malformed, "url")]
    [InlineData("""{"name":"a","time":"2026-11-22T10:00:00"}""", DropReason.BadTime, "time")]
    [InlineData("""{"name":"a","time":"2026-02-30T10:00:00Z"}""", DropReason.BadTime, "time")]
    [InlineData("""{"name":"a","time":"2026-11-22T24:00:00Z"}""", DropReason.BadTime, "time")]
    [InlineData("""{"name":"a","time":"2026-11-22T10:00:00.Z"}""", DropReason.BadTime, "time")]
    [InlineData("""{"name":"a","time":"2026-11-22T10:00:00+24:00"}""", DropReason.BadTime, "time")]
    [InlineData("""{"name":"a","time":"2026-11-22"}""", DropReason.BadTime, "time")]
    [InlineData("""{"name":"a","time":"1989-12-31T23:59:59Z"}""", DropReason.BadTime, "time")]
    [InlineData("""{"name":"a","time":"2026-11-22T11:00:01Z"}""", DropReason.BadTime, "time")]
    [InlineData("""{"name":"a","time":"9999-12-31T23:59:59Z"}""", DropReason.BadTime, "time")]
    [InlineData("""{"name":"a","time":0}""", DropReason.BadTime, "time")]
    [InlineData("""{"name":"a","time":1e999}""", DropReason.BadTime, "time")]
    [InlineData("""{"name":"a","time":[]}""", DropReason.BadTime, "time")]
    [InlineData("""{"name":"a","age_ms":1e300}""", DropReason.BadTime, "age_ms")]
    [InlineData("""{"name":"a","age_ms":-1}""", DropReason.Malformed, "age_ms")]
    [InlineData("""{"name":"a","age_ms":"1"}""", DropReason.Malformed, "age_ms")]
    [InlineData("""{"name":"a","props":[]}""", DropReason.Malformed, "props")]
    [InlineData("""{"name":"a","props":"{}"}""", DropReason.Malformed, "props")]
    [InlineData("""{"name":"a","revenue":true}""", DropReason.Malformed, "revenue")]
    [InlineData("""{"name":"a","revenue":"12 EUR"}""", DropReason.Malformed, "revenue")]
    [InlineData("""{"name":"a","revenue":{"amount":1e30}}""", DropReason.Malformed, "revenue")]
    [InlineData("""{"name":"a","revenue":{"amount":{"x":1}}}""", DropReason.Malformed, "revenue")]
    [InlineData("""{"name":"a","revenue":{"amount":1,"currency":"Euro"}}""", DropReason.Malformed, "revenue")]
    [InlineData("""{"name":"a","revenue":{"amount":1,"currency":978}}""", DropReason.Malformed, "revenue")]
    [InlineData("""{"name":"engagement","url":"/","scroll":-1}""", DropReason.Malformed, "scroll")]
    [InlineData("""{"name":"engagement","url":"/","engaged_ms":"much"}""", DropReason.Malformed, "engaged_ms")]
    [InlineData("""{"name":"a","interactive":"no"}""", DropReason.Malformed, "interactive")]
    [InlineData("""{"name":"a","user_id":{}}""", DropReason.Malformed, "user_id")]
    [InlineData("""{"name":"a","key":5}""", DropReason.Malformed, "key")]
    [InlineData("""{"name":"a","key":"other"}""", DropReason.OtherKey, "key")]
    // The first fault is the one told.
    [InlineData("""{"url":"x:","revenue":true}""", DropReason.BadUrl, "url")]
    public void Drops_the_member_and_takes_its_neighbours(string member, DropReason reason, string field)
    {
        var (reading, batch) = Parse($$"""[{"key":"K","name":"before"},{{member}},{"name":"after"}]""");
        Assert.Equal(EventApiFault.None, reading.Fault);
        Assert.Equal("K", reading.Key);
        Assert.Equal(new EventApiDrop(1, reason, field), Assert.Single(reading.Dropped));
        var drop = Assert.Single(batch.Drops);
        Assert.Equal((reason, 1u), (drop.Reason, drop.Count));
        Assert.Equal(["before", "after"], batch.Events.Select(read => read.Name));
    }

    [Theory]
    [InlineData("name", EventLimits.Name)]
    [InlineData("user_id", EventLimits.Id)]
    [InlineData("visitor_id", EventLimits.Id)]
    [InlineData("id", EventLimits.Id)]
    [InlineData("key", 64)]
    public void What_cutting_would_make_another_thing_is_refused_one_character_over_its_limit(string field, int limit)
    {
        var name = field == "name" ? "" : "\"name\":\"a\",";
        Assert.Empty(Parse($$"""{ {{name}} "{{field}}":"{{new string('ü', limit)}}"}""").Reading.Dropped);
        var drop = Assert.Single(Parse($$"""{ {{name}} "{{field}}":"{{new string('ü', limit + 1)}}"}""").Reading.Dropped);
        Assert.Equal(new EventApiDrop(0, DropReason.TooLarge, field), drop);
    }

    [Fact]
    public void A_url_over_its_limit_is_refused()
    {
        var url = "https://shop.test/" + new string('a', EventLimits.Url);
        Assert.Empty(Parse($$"""{"name":"pageview","url":"{{url[..EventLimits.Url]}}"}""").Reading.Dropped);
        Assert.Equal(DropReason.TooLarge, Assert.Single(Parse($$"""{"name":"pageview","url":"{{url}}"}""").Reading.Dropped).Reason);
    }

    [Fact]
    public void Props_have_a_limit_of_number_name_and_size()
    {
        Assert.Empty(Parse(WithProps(EventLimits.Props, _ => "1")).Reading.Dropped);
        Assert.Equal(DropReason.TooLarge, Assert.Single(Parse(WithProps(EventLimits.Props + 1, _ => "1")).Reading.Dropped).Reason);
        Assert.Equal(DropReason.TooLarge, Assert.Single(Parse(WithProps(10_000, _ => "1")).Reading.Dropped).Reason);
        Assert.Empty(Parse(WithProps(7, _ => $"\"{new string('x', EventLimits.PropValue)}\"")).Reading.Dropped);
        Assert.Equal(DropReason.TooLarge, Assert.Single(Parse(WithProps(8, _ => $"\"{new string('x', EventLimits.PropValue)}\"")).Reading.Dropped).Reason);
        Assert.Equal(DropReason.TooLarge, Assert.Single(Parse($$"""{"name":"a","props":{"{{new string('p', EventLimits.PropKey + 1)}}":1} }""").Reading.Dropped).Reason);

        static string WithProps(int count, Func<int, string> value) =>
            $$"""{"name":"a","props":{ {{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"p{i}\":{value(i)}"))}} } }""";
    }

    [Fact]
    public void A_thousand_events_are_read_and_one_more_is_refused_with_all()
    {
        var (reading, batch) = Parse(Array(EventApiParser.MaxEvents));
        Assert.Equal(EventApiFault.None, reading.Fault);
        Assert.Equal(EventApiParser.MaxEvents, batch.Events.Count);
        (reading, batch) = Parse(Array(EventApiParser.MaxEvents + 1));
        Assert.Equal(EventApiFault.TooManyEvents, reading.Fault);
        Assert.Empty(batch.Events);

        static string Array(int count) => "[" + string.Join(',', Enumerable.Repeat("""{"key":"K","name":"a"}""", count)) + "]";
    }

    [Fact]
    public void Nesting_beyond_the_limit_is_refused_without_touching_the_stack()
    {
        Assert.Equal(EventApiFault.NotJson, Parse(new string('[', 500_000)).Reading.Fault);
        var deep = EventApiParser.MaxDepth - 2;
        Assert.Equal(EventApiFault.None, Parse($$"""{"name":"a","props":{"p":{{new string('[', deep)}}{{new string(']', deep)}} } }""").Reading.Fault);
        Assert.Equal(EventApiFault.NotJson, Parse($$"""{"name":"a","props":{"p":{{new string('[', deep + 1)}}{{new string(']', deep + 1)}} } }""").Reading.Fault);
    }

    [Fact]
    public void Without_a_key_events_are_read_and_the_key_is_told_missing() => Assert.Null(Parse("""[{"name":"a"},{"name":"b","key":""}]""").Reading.Key);

    [Fact]
    public void The_first_key_found_is_the_requests_wherever_it_stands()
    {
        var (reading, batch) = Parse("""[{"name":"a"},{"name":"b","key":"K"},{"key":"L","name":"c"},{"key":"\u004b","name":"d"}]""");
        Assert.Equal("K", reading.Key);
        Assert.Equal(["a", "b", "d"], batch.Events.Select(read => read.Name));
        Assert.Equal(2, Assert.Single(reading.Dropped).Index);
    }

    [Fact]
    public void A_sample_shows_the_page_but_neither_its_query_nor_who_was_there()
    {
        var (_, batch) = Parse("""{"key":"K","name":"order","url":"https://shop.test/done?token=secret#x","user_id":"mary","revenue":"many"}""");
        Assert.Equal("revenue: order https://shop.test/done", Assert.Single(batch.Drops).Sample);
    }

    private static (EventApiReading Reading, EventBatch Batch) Parse(string body)
    {
        var batch = new EventBatch { ReceivedMs = Received };
        return (EventApiParser.Parse(Encoding.UTF8.GetBytes(body), batch), batch);
    }
}
