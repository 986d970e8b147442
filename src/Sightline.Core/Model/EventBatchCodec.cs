using System.Buffers;

namespace Sightline.Core.Model;

/// <summary>
/// The payload of a log record of <see cref="RecordKind.Events"/>. Layout in docs/log-format.md. The first byte is the layout's
/// version: a newer server reads what an older one left in its log.
/// </summary>
public static class EventBatchCodec
{
    private const byte Version = 1;

    // Not for what names a visitor (address, ids): that is not kept in memory longer than it is needed.
    [ThreadStatic]
    private static TextCache? t_texts;

    [Flags]
    private enum Has : uint
    {
        Time = 1,
        Url = 1 << 1,
        Referrer = 1 << 2,
        Title = 1 << 3,
        UserId = 1 << 4,
        VisitorId = 1 << 5,
        ClientIp = 1 << 6,
        UserAgent = 1 << 7,
        Language = 1 << 8,
        Screen = 1 << 9,
        HintPlatform = 1 << 10,
        Props = 1 << 11,
        Revenue = 1 << 12,
        Currency = 1 << 13,
        Engagement = 1 << 14,
        Campaign = 1 << 15,
        Place = 1 << 16,
        DedupKey = 1 << 17,
        Flags = 1 << 18,
        All = (1 << 19) - 1,
    }

    /// <summary>Appends the batch's bytes to <paramref name="output"/>.</summary>
    public static void Write(EventBatch batch, IBufferWriter<byte> output)
    {
        var writer = new RecordWriter(output);
        writer.Byte(Version);
        writer.Byte((byte)batch.ReceivedBy);
        writer.Signed(batch.ReceivedMs);
        writer.Text(batch.ClientIp);
        writer.Text(batch.UserAgent);
        writer.Text(batch.Language);
        writer.Unsigned((uint)batch.Events.Count);
        foreach (var item in batch.Events)
        {
            Write(item, ref writer);
        }

        writer.Unsigned((uint)batch.Drops.Count);
        foreach (var drop in batch.Drops)
        {
            writer.Unsigned((ushort)drop.Reason);
            writer.Unsigned(drop.Count);
            writer.Text(drop.Sample);
        }

        writer.Byte(batch.Progress is null ? (byte)0 : (byte)1);
        if (batch.Progress is { } progress)
        {
            writer.Bytes(progress.Fingerprint);
            writer.Signed(progress.PrefixLength);
            writer.Signed(progress.Offset);
            writer.Bytes(progress.TailHash);
            writer.Text(progress.FileName);
            writer.Bytes(progress.State);
        }

        writer.Finish();
    }

    /// <summary>Appends the bytes of a batch of one event: the same as <see cref="Write(EventBatch, IBufferWriter{byte})"/> gives for it.</summary>
    internal static void Write(in RequestHead head, in PlainEvent item, IBufferWriter<byte> output)
    {
        var writer = new RecordWriter(output);
        writer.Byte(Version);
        writer.Byte((byte)head.ReceivedBy);
        writer.Signed(head.ReceivedMs);
        writer.Text(head.ClientIp);
        writer.Text(head.UserAgent);
        writer.Text(head.Language);
        writer.Unsigned(1);

        var has = Fields(item);
        writer.Unsigned((uint)has);
        writer.Byte((byte)item.Kind);
        writer.Bytes(item.Name);
        if (item.TimeMs is { } time) writer.Signed(time);
        if (has.HasFlag(Has.Url)) writer.Bytes(item.Url);
        if (has.HasFlag(Has.Referrer)) writer.Bytes(item.Referrer);
        if (has.HasFlag(Has.Title)) writer.Bytes(item.Title);
        if (has.HasFlag(Has.UserId)) writer.Bytes(item.UserId);
        if (has.HasFlag(Has.VisitorId)) writer.Bytes(item.VisitorId);
        if (has.HasFlag(Has.UserAgent)) writer.Bytes(item.UserAgent);
        if (has.HasFlag(Has.Language)) writer.Bytes(item.Language);
        if (has.HasFlag(Has.Screen)) writer.Bytes(item.Screen);
        if (has.HasFlag(Has.Props)) writer.Bytes(item.Props);
        if (has.HasFlag(Has.Engagement))
        {
            writer.Unsigned(item.EngagedMs);
            writer.Byte(item.Scroll);
        }

        if (has.HasFlag(Has.DedupKey)) writer.Bytes(item.DedupKey);
        if (has.HasFlag(Has.Flags)) writer.Byte((byte)item.Flags);

        // No drops, no progress of an import.
        writer.Unsigned(0);
        writer.Byte(0);
        writer.Finish();
    }

    private static Has Fields(in PlainEvent item)
    {
        Has has = 0;
        if (item.TimeMs is not null) has |= Has.Time;
        if (!item.Url.IsEmpty) has |= Has.Url;
        if (!item.Referrer.IsEmpty) has |= Has.Referrer;
        if (!item.Title.IsEmpty) has |= Has.Title;
        if (!item.UserId.IsEmpty) has |= Has.UserId;
        if (!item.VisitorId.IsEmpty) has |= Has.VisitorId;
        if (!item.UserAgent.IsEmpty) has |= Has.UserAgent;
        if (!item.Language.IsEmpty) has |= Has.Language;
        if (!item.Screen.IsEmpty) has |= Has.Screen;
        if (!item.Props.IsEmpty) has |= Has.Props;
        if (item.EngagedMs != 0 || item.Scroll != 255) has |= Has.Engagement;
        if (!item.DedupKey.IsEmpty) has |= Has.DedupKey;
        if (item.Flags != IncomingFlags.None) has |= Has.Flags;
        return has;
    }

    /// <summary>Reads a batch back.</summary>
    /// <exception cref="InvalidDataException">The bytes are no batch of a version known here.</exception>
    public static EventBatch Read(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        var texts = t_texts ??= new TextCache();
        var version = reader.Byte();
        if (version != Version)
        {
            throw new InvalidDataException($"event batch of version {version}; this server reads version {Version}");
        }

        var batch = new EventBatch
        {
            ReceivedBy = (ReceivedBy)reader.Byte(),
            ReceivedMs = reader.Signed(),
            ClientIp = reader.Text(),
            UserAgent = reader.Text(texts),
            Language = reader.Text(texts),
        };
        // Each event and drop takes at least two bytes: a damaged count cannot ask for more memory than the payload is worth.
        var events = Count(reader.UInt32(), reader.Remaining);
        batch.Events.EnsureCapacity(events);
        for (var i = 0; i < events; i++)
        {
            batch.Events.Add(ReadEvent(ref reader, texts));
        }

        var drops = Count(reader.UInt32(), reader.Remaining);
        for (var i = 0; i < drops; i++)
        {
            batch.Drops.Add(new IncomingDrop((DropReason)reader.UInt32(), reader.UInt32(), reader.Text()));
        }

        if (reader.Byte() != 0)
        {
            batch.Progress = new ImportProgress(reader.Bytes() ?? [], reader.Signed(), reader.Signed(), reader.Bytes() ?? [], reader.Text() ?? "")
            {
                State = reader.Bytes() ?? [],
            };
        }

        return reader.AtEnd ? batch : throw new InvalidDataException("bytes are left over behind the event batch");
    }

    private static int Count(uint count, int remaining) => count <= remaining / 2
        ? (int)count
        : throw new InvalidDataException("the record counts more members than it has bytes");

    private static void Write(IncomingEvent item, ref RecordWriter writer)
    {
        var has = Fields(item);
        writer.Unsigned((uint)has);
        writer.Byte((byte)item.Kind);
        writer.Text(item.Name);
        if (has.HasFlag(Has.Time)) writer.Signed(item.TimeMs!.Value);
        if (has.HasFlag(Has.Url)) writer.Text(item.Url);
        if (has.HasFlag(Has.Referrer)) writer.Text(item.Referrer);
        if (has.HasFlag(Has.Title)) writer.Text(item.Title);
        if (has.HasFlag(Has.UserId)) writer.Text(item.UserId);
        if (has.HasFlag(Has.VisitorId)) writer.Text(item.VisitorId);
        if (has.HasFlag(Has.ClientIp)) writer.Text(item.ClientIp);
        if (has.HasFlag(Has.UserAgent)) writer.Text(item.UserAgent);
        if (has.HasFlag(Has.Language)) writer.Text(item.Language);
        if (has.HasFlag(Has.Screen)) writer.Text(item.Screen);
        if (has.HasFlag(Has.HintPlatform)) writer.Text(item.HintPlatform);
        if (has.HasFlag(Has.Props)) writer.Bytes(item.Props);
        if (has.HasFlag(Has.Revenue)) writer.Signed(item.RevenueE4!.Value);
        if (has.HasFlag(Has.Currency)) writer.Text(item.Currency);
        if (has.HasFlag(Has.Engagement))
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

        if (has.HasFlag(Has.Place))
        {
            writer.Text(item.Country);
            writer.Text(item.Region);
            writer.Text(item.City);
        }

        if (has.HasFlag(Has.DedupKey)) writer.Text(item.DedupKey);
        if (has.HasFlag(Has.Flags)) writer.Byte((byte)item.Flags);
    }

    private static Has Fields(IncomingEvent item)
    {
        Has has = 0;
        if (item.TimeMs is not null) has |= Has.Time;
        if (item.Url is not null) has |= Has.Url;
        if (item.Referrer is not null) has |= Has.Referrer;
        if (item.Title is not null) has |= Has.Title;
        if (item.UserId is not null) has |= Has.UserId;
        if (item.VisitorId is not null) has |= Has.VisitorId;
        if (item.ClientIp is not null) has |= Has.ClientIp;
        if (item.UserAgent is not null) has |= Has.UserAgent;
        if (item.Language is not null) has |= Has.Language;
        if (item.Screen is not null) has |= Has.Screen;
        if (item.HintPlatform is not null) has |= Has.HintPlatform;
        if (item.Props is not null) has |= Has.Props;
        if (item.RevenueE4 is not null) has |= Has.Revenue;
        if (item.Currency is not null) has |= Has.Currency;
        if (item.EngagedMs != 0 || item.Scroll != 255) has |= Has.Engagement;
        if (item.Campaign is not null) has |= Has.Campaign;
        if (item.Country is not null || item.Region is not null || item.City is not null) has |= Has.Place;
        if (item.DedupKey is not null) has |= Has.DedupKey;
        if (item.Flags != IncomingFlags.None) has |= Has.Flags;
        return has;
    }

    private static IncomingEvent ReadEvent(ref RecordReader reader, TextCache texts)
    {
        var has = (Has)reader.UInt32();
        if ((has & ~Has.All) != 0)
        {
            throw new InvalidDataException("the event has fields this server does not know");
        }

        var item = new IncomingEvent { Kind = (EventKind)reader.Byte(), Name = reader.Text(texts) ?? "" };
        if (has.HasFlag(Has.Time)) item.TimeMs = reader.Signed();
        if (has.HasFlag(Has.Url)) item.Url = reader.Text(texts);
        if (has.HasFlag(Has.Referrer)) item.Referrer = reader.Text(texts);
        if (has.HasFlag(Has.Title)) item.Title = reader.Text(texts);
        if (has.HasFlag(Has.UserId)) item.UserId = reader.Text();
        if (has.HasFlag(Has.VisitorId)) item.VisitorId = reader.Text();
        if (has.HasFlag(Has.ClientIp)) item.ClientIp = reader.Text();
        if (has.HasFlag(Has.UserAgent)) item.UserAgent = reader.Text(texts);
        if (has.HasFlag(Has.Language)) item.Language = reader.Text(texts);
        if (has.HasFlag(Has.Screen)) item.Screen = reader.Text(texts);
        if (has.HasFlag(Has.HintPlatform)) item.HintPlatform = reader.Text(texts);
        if (has.HasFlag(Has.Props)) item.Props = reader.Bytes();
        if (has.HasFlag(Has.Revenue)) item.RevenueE4 = reader.Signed();
        if (has.HasFlag(Has.Currency)) item.Currency = reader.Text(texts);
        if (has.HasFlag(Has.Engagement))
        {
            item.EngagedMs = reader.UInt32();
            item.Scroll = reader.Byte();
        }

        if (has.HasFlag(Has.Campaign)) item.Campaign = new Campaign(reader.Text(texts), reader.Text(texts), reader.Text(texts), reader.Text(texts), reader.Text(texts));
        if (has.HasFlag(Has.Place))
        {
            item.Country = reader.Text(texts);
            item.Region = reader.Text(texts);
            item.City = reader.Text(texts);
        }

        if (has.HasFlag(Has.DedupKey)) item.DedupKey = reader.Text();
        if (has.HasFlag(Has.Flags)) item.Flags = (IncomingFlags)reader.Byte();
        return item;
    }
}
