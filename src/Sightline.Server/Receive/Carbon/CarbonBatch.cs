using System.Text;
using Sightline.Core.Model;
using Sightline.Core.Wire.Graphite;
using Sightline.Server.Receive.Lines;

namespace Sightline.Server.Receive.Carbon;

/// <summary>Gathers samples and drops of carbon's protocols for one log record.</summary>
internal sealed class CarbonBatch(LineAggregation aggregation, PointSender sender)
{
    private const int SampleBytes = 200;

    private PickleParser.Take? _take;
    private LineGathering? _rules;

    public PointBatchWriter Writer { get; } = new();

    public void Begin()
    {
        Writer.Begin(ReceivedBy.Carbon, sender.NowMs, 0);
        _rules = aggregation.Of(sender);
    }

    /// <summary>Every whole line; what stands behind the last line end is left.</summary>
    /// <param name="bytes">Lines.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="last">Also what has no line end: a datagram.</param>
    /// <returns>Bytes read.</returns>
    public int AddLines(ReadOnlySpan<byte> bytes, uint now, bool last)
    {
        var read = 0;
        while (read < bytes.Length)
        {
            var end = bytes[read..].IndexOf((byte)'\n');
            if (end < 0 && !last)
            {
                break;
            }

            var line = end < 0 ? bytes[read..] : bytes.Slice(read, end);
            read += end < 0 ? line.Length : end + 1;
            if (line.IndexOfAnyExcept((byte)' ', (byte)'\r', (byte)'\t') < 0)
            {
                continue;
            }

            var fault = PlaintextParser.Parse(line, now, out var name, out var point);
            if (fault == GraphiteFault.None)
            {
                Add(name, point);
            }
            else
            {
                Drop(fault, line);
            }
        }

        return read;
    }

    /// <summary>A message of the pickle protocol, without its length.</summary>
    public void AddPickle(ReadOnlyMemory<byte> message, uint now)
    {
        if (!PickleParser.TryParse(message, now, _take ??= Take))
        {
            Writer.AddDrop(DropReason.Malformed, 1, $"a pickle of {message.Length} bytes");
        }
    }

    private void Take(GraphiteFault fault, ReadOnlySpan<byte> name, Point point)
    {
        if (fault == GraphiteFault.None)
        {
            Add(name, point);
        }
        else
        {
            Drop(fault, default);
        }
    }

    private void Add(ReadOnlySpan<byte> name, Point point)
    {
        if (_rules is null)
        {
            Writer.Add(name, point);
        }
        else
        {
            _rules.Add(name, point, Writer);
        }
    }

    private void Drop(GraphiteFault fault, ReadOnlySpan<byte> line)
    {
        var reason = fault switch
        {
            GraphiteFault.BadTime => DropReason.BadTime,
            GraphiteFault.TooLong => DropReason.TooLarge,
            _ => DropReason.Malformed,
        };
        Writer.AddDrop(reason, 1, line.IsEmpty ? null : Encoding.UTF8.GetString(line[..Math.Min(line.Length, SampleBytes)]));
    }
}
