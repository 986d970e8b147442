using System.Buffers;

namespace Sightline.Core.Model;

/// <summary>
/// The payload of a log record of <see cref="RecordKind.Changes"/>. Layout in docs/log-format.md; the first byte is the layout's version: a newer server reads what
/// an older one left in its log.
/// </summary>
/// <param name="ReceivedBy">The protocol.</param>
/// <param name="ReceivedMs">Unix milliseconds UTC.</param>
/// <param name="Changes">At least one.</param>
public sealed record ChangeBatch(ReceivedBy ReceivedBy, long ReceivedMs, IReadOnlyList<Change> Changes)
{
    private const byte Version = 1;

    /// <summary>Appends its bytes to <paramref name="output"/>.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var writer = new RecordWriter(output);
        writer.Byte(Version);
        writer.Byte((byte)ReceivedBy);
        writer.Signed(ReceivedMs);
        foreach (var change in Changes)
        {
            writer.Signed(change.Time);
            writer.Text(change.What);
            writer.Text(change.Data);
            writer.Unsigned((uint)change.Tags.Count);
            foreach (var tag in change.Tags)
            {
                writer.Text(tag);
            }
        }

        writer.Finish();
    }

    /// <exception cref="InvalidDataException">The bytes are no such payload.</exception>
    public static ChangeBatch Read(ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        if (reader.Byte() != Version)
        {
            throw new InvalidDataException("the record holds changes of an unknown version");
        }

        var receivedBy = (ReceivedBy)reader.Byte();
        var receivedMs = reader.Signed();
        var changes = new List<Change>();
        while (!reader.AtEnd)
        {
            var time = reader.Signed();
            var (what, data, count) = (reader.Text(), reader.Text(), reader.Unsigned());
            // Each tag has a byte at least: a damaged count makes no list that does not fit into memory.
            if (count > (ulong)reader.Remaining)
            {
                throw new InvalidDataException("the record ends within a change's tags");
            }

            var tags = new string[count];
            for (var i = 0; i < tags.Length; i++)
            {
                tags[i] = reader.Text() ?? "";
            }

            changes.Add(new Change(time, what ?? "", data ?? "", tags));
        }

        return new ChangeBatch(receivedBy, receivedMs, changes);
    }
}
