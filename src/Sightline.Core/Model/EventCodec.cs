using System.Numerics;

namespace Sightline.Core.Model;

/// <summary>One event within a record of <see cref="EventBatchCodec"/>: a set of <see cref="EventFields"/>, then those fields in their order.</summary>
internal static class EventCodec
{
    public static void Write(IncomingEvent item, ref RecordWriter writer)
    {
        var has = Fields(item);
        writer.Unsigned((uint)has);
        writer.Byte((byte)item.Kind);
        writer.Text(item.Name);
        if ((has & EventFields.Time) != 0) writer.Signed(item.TimeMs!.Value);
        if ((has & EventFields.Url) != 0) writer.Text(item.Url);
        if ((has & EventFields.Referrer) != 0) writer.Text(item.Referrer);
        if ((has & EventFields.Title) != 0) writer.Text(item.Title);
        if ((has & EventFields.UserId) != 0) writer.Text(item.UserId);
        if ((has & EventFields.VisitorId) != 0) writer.Text(item.VisitorId);
        if ((has & EventFields.ClientIp) != 0) writer.Text(item.ClientIp);
        if ((has & EventFields.UserAgent) != 0) writer.Text(item.UserAgent);
        if ((has & EventFields.Language) != 0) writer.Text(item.Language);
        if ((has & EventFields.Screen) != 0) writer.Text(item.Screen);
        if ((has & EventFields.HintPlatform) != 0) writer.Text(item.HintPlatform);
        if ((has & EventFields.Props) != 0) writer.Bytes(item.Props);
        if ((has & EventFields.Revenue) != 0) writer.Signed(item.RevenueE4!.Value);
        if ((has & EventFields.Currency) != 0) writer.Text(item.Currency);
        if ((has & EventFields.Engagement) != 0)
        {
            writer.Unsigned(item.EngagedMs);
            writer.Byte(item.Scroll);
        }

        if (item.Campaign is { } campaign)
        {
            writer.Text(campaign.Source);
            writer.Text(campaign.Medium);
            writer.Text(campaign.Name);
            writer.Text(campaign.Term);
            writer.Text(campaign.Content);
        }

        if ((has & EventFields.Place) != 0)
        {
            writer.Text(item.Country);
            writer.Text(item.Region);
            writer.Text(item.City);
        }

        if ((has & EventFields.DedupKey) != 0) writer.Text(item.DedupKey);
        if ((has & EventFields.Flags) != 0) writer.Byte((byte)item.Flags);
    }

    /// <summary>As <see cref="Write(IncomingEvent, ref RecordWriter)"/>, from bytes as they came.</summary>
    public static void Write(in PlainEvent item, ref RecordWriter writer)
    {
        var has = Fields(item);
        writer.Unsigned((uint)has);
        writer.Byte((byte)item.Kind);
        writer.Bytes(item.Name);
        if (item.TimeMs is { } time) writer.Signed(time);
        if ((has & EventFields.Url) != 0) writer.Bytes(item.Url);
        if ((has & EventFields.Referrer) != 0) writer.Bytes(item.Referrer);
        if ((has & EventFields.Title) != 0) writer.Bytes(item.Title);
        if ((has & EventFields.UserId) != 0) writer.Bytes(item.UserId);
        if ((has & EventFields.VisitorId) != 0) writer.Bytes(item.VisitorId);
        if ((has & EventFields.UserAgent) != 0) writer.Bytes(item.UserAgent);
        if ((has & EventFields.Language) != 0) writer.Bytes(item.Language);
        if ((has & EventFields.Screen) != 0) writer.Bytes(item.Screen);
        if ((has & EventFields.Props) != 0) writer.Bytes(item.Props);
        if ((has & EventFields.Engagement) != 0)
        {
            writer.Unsigned(item.EngagedMs);
            writer.Byte(item.Scroll);
        }

        if ((has & EventFields.DedupKey) != 0) writer.Bytes(item.DedupKey);
        if ((has & EventFields.Flags) != 0) writer.Byte((byte)item.Flags);
    }

    public static IncomingEvent Read(ref RecordReader reader, TextCache texts)
    {
        var has = Fields(ref reader);

        var item = new IncomingEvent { Kind = (EventKind)reader.Byte(), Name = reader.Text(texts) ?? "" };
        if ((has & EventFields.Time) != 0) item.TimeMs = reader.Signed();
        if ((has & EventFields.Url) != 0) item.Url = reader.Text(texts);
        if ((has & EventFields.Referrer) != 0) item.Referrer = reader.Text(texts);
        if ((has & EventFields.Title) != 0) item.Title = reader.Text(texts);
        if ((has & EventFields.UserId) != 0) item.UserId = reader.Text();
        if ((has & EventFields.VisitorId) != 0) item.VisitorId = reader.Text();
        if ((has & EventFields.ClientIp) != 0) item.ClientIp = reader.Text();
        if ((has & EventFields.UserAgent) != 0) item.UserAgent = reader.Text(texts);
        if ((has & EventFields.Language) != 0) item.Language = reader.Text(texts);
        if ((has & EventFields.Screen) != 0) item.Screen = reader.Text(texts);
        if ((has & EventFields.HintPlatform) != 0) item.HintPlatform = reader.Text(texts);
        if ((has & EventFields.Props) != 0) item.Props = reader.Bytes();
        if ((has & EventFields.Revenue) != 0) item.RevenueE4 = reader.Signed();
        if ((has & EventFields.Currency) != 0) item.Currency = reader.Text(texts);
        if ((has & EventFields.Engagement) != 0)
        {
            item.EngagedMs = reader.UInt32();
            item.Scroll = reader.Byte();
        }

        if ((has & EventFields.Campaign) != 0) item.Campaign = new Campaign(reader.Text(texts), reader.Text(texts), reader.Text(texts), reader.Text(texts), reader.Text(texts));
        if ((has & EventFields.Place) != 0)
        {
            item.Country = reader.Text(texts);
            item.Region = reader.Text(texts);
            item.City = reader.Text(texts);
        }

        if ((has & EventFields.DedupKey) != 0) item.DedupKey = reader.Text();
        if ((has & EventFields.Flags) != 0) item.Flags = (IncomingFlags)reader.Byte();
        return item;
    }

    /// <summary>Goes past an event; faults are those of <see cref="Read"/>.</summary>
    public static void Skip(ref RecordReader reader)
    {
        var has = Fields(ref reader);
        reader.Byte();
        reader.Skip();
        if ((has & EventFields.Time) != 0) reader.Signed();
        Skip(ref reader, has & (EventFields.Url | EventFields.Referrer | EventFields.Title | EventFields.UserId | EventFields.VisitorId | EventFields.ClientIp));
        Skip(ref reader, has & (EventFields.UserAgent | EventFields.Language | EventFields.Screen | EventFields.HintPlatform | EventFields.Props));
        if ((has & EventFields.Revenue) != 0) reader.Signed();
        Skip(ref reader, has & EventFields.Currency);
        if ((has & EventFields.Engagement) != 0)
        {
            reader.UInt32();
            reader.Byte();
        }

        Skip(ref reader, (has & EventFields.Campaign) != 0 ? 5 : 0);
        Skip(ref reader, (has & EventFields.Place) != 0 ? 3 : 0);
        Skip(ref reader, has & EventFields.DedupKey);
        if ((has & EventFields.Flags) != 0) reader.Byte();
    }

    /// <summary>Fields of a length and bytes, one for each flag.</summary>
    private static void Skip(ref RecordReader reader, EventFields fields) => Skip(ref reader, BitOperations.PopCount((uint)fields));

    private static void Skip(ref RecordReader reader, int fields)
    {
        for (; fields > 0; fields--)
        {
            reader.Skip();
        }
    }

    private static EventFields Fields(ref RecordReader reader)
    {
        var has = (EventFields)reader.UInt32();
        return (has & ~EventFields.All) == 0 ? has : throw new InvalidDataException("the event has fields this server does not know");
    }

    private static EventFields Fields(IncomingEvent item)
    {
        EventFields has = 0;
        if (item.TimeMs is not null) has |= EventFields.Time;
        if (item.Url is not null) has |= EventFields.Url;
        if (item.Referrer is not null) has |= EventFields.Referrer;
        if (item.Title is not null) has |= EventFields.Title;
        if (item.UserId is not null) has |= EventFields.UserId;
        if (item.VisitorId is not null) has |= EventFields.VisitorId;
        if (item.ClientIp is not null) has |= EventFields.ClientIp;
        if (item.UserAgent is not null) has |= EventFields.UserAgent;
        if (item.Language is not null) has |= EventFields.Language;
        if (item.Screen is not null) has |= EventFields.Screen;
        if (item.HintPlatform is not null) has |= EventFields.HintPlatform;
        if (item.Props is not null) has |= EventFields.Props;
        if (item.RevenueE4 is not null) has |= EventFields.Revenue;
        if (item.Currency is not null) has |= EventFields.Currency;
        if (item.EngagedMs != 0 || item.Scroll != 255) has |= EventFields.Engagement;
        if (item.Campaign is not null) has |= EventFields.Campaign;
        if (item.Country is not null || item.Region is not null || item.City is not null) has |= EventFields.Place;
        if (item.DedupKey is not null) has |= EventFields.DedupKey;
        if (item.Flags != IncomingFlags.None) has |= EventFields.Flags;
        return has;
    }

    private static EventFields Fields(in PlainEvent item)
    {
        EventFields has = 0;
        if (item.TimeMs is not null) has |= EventFields.Time;
        if (!item.Url.IsEmpty) has |= EventFields.Url;
        if (!item.Referrer.IsEmpty) has |= EventFields.Referrer;
        if (!item.Title.IsEmpty) has |= EventFields.Title;
        if (!item.UserId.IsEmpty) has |= EventFields.UserId;
        if (!item.VisitorId.IsEmpty) has |= EventFields.VisitorId;
        if (!item.UserAgent.IsEmpty) has |= EventFields.UserAgent;
        if (!item.Language.IsEmpty) has |= EventFields.Language;
        if (!item.Screen.IsEmpty) has |= EventFields.Screen;
        if (!item.Props.IsEmpty) has |= EventFields.Props;
        if (item.EngagedMs != 0 || item.Scroll != 255) has |= EventFields.Engagement;
        if (!item.DedupKey.IsEmpty) has |= EventFields.DedupKey;
        if (item.Flags != IncomingFlags.None) has |= EventFields.Flags;
        return has;
    }
}
