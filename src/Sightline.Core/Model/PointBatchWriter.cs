using System.Buffers;
using System.Buffers.Binary;

namespace Sightline.Core.Model;

/// <summary>
/// Writes the payload of a <see cref="RecordKind.Points"/> record: a head (version, protocol, time of receipt, step), then a stream of entries, each led by a
/// varint: 0 a sample of the same series as the one before, 1 a drop, n + 2 a sample of the series whose name follows in n bytes. Held in memory only while
/// it grows; nothing is counted ahead, so samples can go in as they come. For one thread.
/// </summary>
public sealed class PointBatchWriter
{
    internal const byte Version = 1;
    internal const int SameSeries = 0;
    internal const int Drop = 1;
    internal const int FirstName = 2;

    private readonly ArrayBufferWriter<byte> _output = new(64 * 1024);
    private readonly byte[] _name = new byte[Wire.Graphite.SeriesName.MaxBytes];
    private int _nameLength;
    private uint _time;

    /// <summary>Samples written.</summary>
    public int Points { get; private set; }

    /// <summary>Samples and drops written.</summary>
    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Payload => _output.WrittenMemory;

    /// <summary>Begins a batch, forgetting the one before.</summary>
    /// <param name="receivedBy">The protocol.</param>
    /// <param name="receivedMs">Unix milliseconds UTC.</param>
    /// <param name="stepSeconds">Seconds between samples of a series, as the sender is known to keep; 0: not known.</param>
    public void Begin(ReceivedBy receivedBy, long receivedMs, uint stepSeconds)
    {
        _output.ResetWrittenCount();
        Points = Count = _nameLength = 0;
        _time = 0;
        var output = new RecordWriter(_output);
        output.Byte(Version);
        output.Byte((byte)receivedBy);
        output.Signed(receivedMs);
        output.Unsigned(stepSeconds);
        output.Finish();
    }

    /// <param name="name">Canonical, at most <see cref="Wire.Graphite.SeriesName.MaxBytes"/>.</param>
    /// <param name="point">The sample.</param>
    public void Add(ReadOnlySpan<byte> name, Point point)
    {
        var output = new RecordWriter(_output);
        if (_nameLength == name.Length && name.SequenceEqual(_name.AsSpan(0, _nameLength)) && Points > 0)
        {
            output.Unsigned(SameSeries);
        }
        else
        {
            output.Unsigned((ulong)name.Length + FirstName);
            output.Finish();
            _output.Write(name);
            output = new RecordWriter(_output);
            name.CopyTo(_name);
            _nameLength = name.Length;
        }

        output.Signed((long)point.Time - _time);
        output.Finish();
        _time = point.Time;
        BinaryPrimitives.WriteDoubleLittleEndian(_output.GetSpan(8), point.Value);
        _output.Advance(8);
        Points++;
        Count++;
    }

    /// <summary>Data that came and could not be read.</summary>
    public void AddDrop(DropReason reason, uint count, string? sample)
    {
        var output = new RecordWriter(_output);
        output.Unsigned(Drop);
        output.Unsigned((ulong)reason);
        output.Unsigned(count);
        output.Text(sample);
        output.Finish();
        Count += (int)count;
    }
}
