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
            EventCodec.Write(item, ref writer);
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
        EventCodec.Write(item, ref writer);

        // No drops, no progress of an import.
        writer.Unsigned(0);
        writer.Byte(0);
        writer.Finish();
    }

    /// <summary>Reads a batch back.</summary>
    /// <exception cref="InvalidDataException">The bytes are no batch of a version known here.</exception>
    public static EventBatch Read(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        var texts = t_texts ??= new TextCache();
        CheckVersion(ref reader);
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
            batch.Events.Add(EventCodec.Read(ref reader, texts));
        }

        var drops = Count(reader.UInt32(), reader.Remaining);
        for (var i = 0; i < drops; i++)
        {
            batch.Drops.Add(new IncomingDrop((DropReason)reader.UInt32(), reader.UInt32(), reader.Text()));
        }

        batch.Progress = ReadProgress(ref reader);
        return reader.AtEnd ? batch : throw Leftover();
    }

    /// <summary>Tells what a batch is about without making it: for whoever hands the bytes on and must know that they can be read.</summary>
    /// <exception cref="InvalidDataException"><see cref="Read"/> would refuse the bytes, too.</exception>
    public static EventBatchSummary Summarize(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        CheckVersion(ref reader);
        var receivedBy = (ReceivedBy)reader.Byte();
        reader.Signed();
        reader.Skip();
        reader.Skip();
        reader.Skip();
        var events = Count(reader.UInt32(), reader.Remaining);
        for (var i = 0; i < events; i++)
        {
            EventCodec.Skip(ref reader);
        }

        long received = events;
        for (var drops = Count(reader.UInt32(), reader.Remaining); drops > 0; drops--)
        {
            reader.UInt32();
            received += reader.UInt32();
            reader.Skip();
        }

        var progress = ReadProgress(ref reader);
        return reader.AtEnd ? new EventBatchSummary(receivedBy, received, progress) : throw Leftover();
    }

    private static ImportProgress? ReadProgress(ref RecordReader reader) => reader.Byte() == 0
        ? null
        : new ImportProgress(reader.Bytes() ?? [], reader.Signed(), reader.Signed(), reader.Bytes() ?? [], reader.Text() ?? "")
        {
            State = reader.Bytes() ?? [],
        };

    private static void CheckVersion(ref RecordReader reader)
    {
        var version = reader.Byte();
        if (version != Version)
        {
            throw new InvalidDataException($"event batch of version {version}; this server reads version {Version}");
        }
    }

    private static InvalidDataException Leftover() => new("bytes are left over behind the event batch");

    private static int Count(uint count, int remaining) => count <= remaining / 2
        ? (int)count
        : throw new InvalidDataException("the record counts more members than it has bytes");
}
