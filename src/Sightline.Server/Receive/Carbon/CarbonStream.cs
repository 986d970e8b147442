using System.Buffers.Binary;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;
using Sightline.Server.Receive.Lines;

namespace Sightline.Server.Receive.Carbon;

/// <summary>A connection of carbon's plaintext or pickle protocol. What was read is in the log before more is read.</summary>
internal sealed class CarbonStream(LineAggregation aggregation, PointSender sender, bool pickle) : IStreamReader
{
    /// <summary>Read at once, and the longest line.</summary>
    public const int LineBuffer = 256 * 1024;

    public const int PickleBuffer = PickleParser.MaxBytes + 4;

    private readonly CarbonBatch _batch = new(aggregation, sender);

    public async ValueTask<int> TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _batch.Begin();
        var read = pickle ? Pickles(bytes) : _batch.AddLines(bytes.Span, sender.NowSeconds, last: false);
        await sender.SendAsync(_batch.Writer, ReceivedBy.Carbon, TimeSpan.MaxValue, cancellationToken);
        return read;
    }

    private int Pickles(ReadOnlyMemory<byte> bytes)
    {
        var read = 0;
        while (bytes.Length - read >= 4)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.Span[read..]);
            if (length > PickleParser.MaxBytes)
            {
                // Where the next message begins nobody knows: carbon closes, too.
                _batch.Writer.AddDrop(DropReason.TooLarge, 1, $"a pickle of {length} bytes");
                return -1;
            }

            if (bytes.Length - read - 4 < length)
            {
                break;
            }

            _batch.AddPickle(bytes.Slice(read + 4, (int)length), sender.NowSeconds);
            read += 4 + (int)length;
        }

        return read;
    }
}
