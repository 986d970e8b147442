using System.Buffers;
using System.Text;
using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Tests.Model;

public sealed class EventBatchCodecTests
{
    [Fact]
    public void A_batch_with_every_field_comes_back_equal()
    {
        var batch = Full();
        Assert.Equal(Text(batch), Text(EventBatchCodec.Read(Bytes(batch))));
    }

    [Fact]
    public void A_bare_batch_comes_back_equal()
    {
        var batch = new EventBatch { ReceivedBy = ReceivedBy.EventApi, ReceivedMs = 1_790_000_000_000 };
        batch.Events.Add(new IncomingEvent());
        Assert.Equal(Text(batch), Text(EventBatchCodec.Read(Bytes(batch))));
        Assert.True(Bytes(batch).Length < 40, "an event with nothing in it costs next to nothing");
    }

    /// <summary>Sets each property of an event in turn, found by reflection: a field added to the model and forgotten here fails.</summary>
    [Fact]
    public void No_field_of_the_model_is_forgotten()
    {
        foreach (var property in typeof(IncomingEvent).GetProperties())
        {
            var full = Full().Events[0];
            var one = new IncomingEvent();
            property.SetValue(one, property.GetValue(full));
            var batch = new EventBatch();
            batch.Events.Add(one);
            Assert.NotEqual(JsonSerializer.Serialize(new IncomingEvent()), JsonSerializer.Serialize(one));
            Assert.Equal(Text(batch), Text(EventBatchCodec.Read(Bytes(batch))));
        }
    }

    /// <summary>Bytes written by version 1: a log left by an older server stays readable.</summary>
    [Fact]
    public void Version_one_stays_readable()
    {
        const string written =
            "010180B083C59868000000018210020673746172741E68747470733A2F2F73686F702E6578616D706C652F636172743F613D" +
            "310F7B22706C616E223A2270726F227D010101036E6F00";
        Assert.Equal(Text(Golden()), Text(EventBatchCodec.Read(Convert.FromHexString(written))));
        Assert.Equal(written, Convert.ToHexString(Bytes(Golden())));
    }

    [Fact]
    public void Damaged_bytes_are_refused_and_never_crash()
    {
        var bytes = Bytes(Full());
        var random = new Random(7);
        for (var i = 0; i < 200_000; i++)
        {
            var copy = (byte[])bytes.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                copy[random.Next(copy.Length)] = (byte)random.Next(256);
            }

            var length = random.Next(3) == 0 ? random.Next(copy.Length) : copy.Length;
            Assert.Equal(ReadOrNull(copy.AsSpan(0, length)), SummaryOrNull(copy.AsSpan(0, length)));
        }
    }

    /// <summary>Whoever hands encoded bytes on asks for the summary instead of reading them: both must refuse the same.</summary>
    [Fact]
    public void A_summary_tells_what_the_batch_holds()
    {
        var summary = EventBatchCodec.Summarize(Bytes(Full()));
        Assert.Equal((ReceivedBy.Matomo, 6L), (summary.ReceivedBy, summary.Received));
        Assert.Equal(JsonSerializer.Serialize(Full().Progress), JsonSerializer.Serialize(summary.Progress));
        Assert.Null(EventBatchCodec.Summarize(Bytes(Golden())).Progress);
    }

    private static (ReceivedBy, long)? ReadOrNull(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var batch = EventBatchCodec.Read(bytes);
            return (batch.ReceivedBy, batch.Events.Count + batch.Drops.Sum(static drop => drop.Count));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static (ReceivedBy, long)? SummaryOrNull(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var summary = EventBatchCodec.Summarize(bytes);
            return (summary.ReceivedBy, summary.Received);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static EventBatch Golden()
    {
        var batch = new EventBatch { ReceivedBy = ReceivedBy.EventApi, ReceivedMs = 1_790_000_000_000 };
        batch.Events.Add(new IncomingEvent
        {
            Kind = EventKind.Interaction,
            Name = "start",
            Url = "https://shop.example/cart?a=1",
            Props = Encoding.UTF8.GetBytes("{\"plan\":\"pro\"}"),
        });
        batch.Drops.Add(new IncomingDrop(DropReason.Malformed, 1, "no"));
        return batch;
    }

    private static EventBatch Full()
    {
        var batch = new EventBatch
        {
            ReceivedBy = ReceivedBy.Matomo,
            ReceivedMs = 1_790_000_000_123,
            ClientIp = "192.0.2.7",
            UserAgent = "Mozilla/5.0",
            Language = "de-DE,de;q=0.8",
            Progress = new ImportProgress([1, 2, 3], 4096, 123_456_789_012, [4, 5], "/var/log/nginx/access.log") { State = [9, 8] },
        };
        batch.Events.Add(new IncomingEvent
        {
            Kind = EventKind.Interaction,
            Name = "Ordnung ✓ 🙂",
            TimeMs = -5,
            Url = "https://shop.example/a?b=c#d",
            Referrer = "https://www.google.com/",
            Title = "Titel",
            UserId = "u1",
            VisitorId = "v1",
            ClientIp = "2001:db8::1",
            UserAgent = "UA",
            Language = "en",
            Screen = "1920x1080",
            HintPlatform = "Windows 15.0.0",
            Props = Encoding.UTF8.GetBytes("{\"a\":1}"),
            RevenueE4 = -12_345_678_901,
            Currency = "EUR",
            EngagedMs = 12_345,
            Scroll = 77,
            Campaign = new Campaign("s", "m", "n", null, "c"),
            Country = "DE",
            Region = "DE-BE",
            City = "Berlin",
            DedupKey = "order-1",
            Flags = IncomingFlags.AllowBots | IncomingFlags.NewVisit,
        });
        batch.Events.Add(new IncomingEvent());
        batch.Drops.Add(new IncomingDrop(DropReason.TooLarge, 3, "sample"));
        batch.Drops.Add(new IncomingDrop(DropReason.Malformed, 1, null));
        return batch;
    }

    private static byte[] Bytes(EventBatch batch)
    {
        var output = new ArrayBufferWriter<byte>();
        EventBatchCodec.Write(batch, output);
        return output.WrittenSpan.ToArray();
    }

    private static string Text(EventBatch batch) => JsonSerializer.Serialize(new { batch.ReceivedBy, batch.ReceivedMs, batch.ClientIp, batch.UserAgent, batch.Language, batch.Events, batch.Drops, batch.Progress });
}
