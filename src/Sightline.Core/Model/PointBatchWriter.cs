using System.Buffers;
using System.Buffers.Binary;

namespace Sightline.Core.Model;

/// <summary>
/// Writes the payload of a <see cref="RecordKind.Points"/> record: a head (version, protocol, time of receipt, step), then a stream of entries, each led by a
/// varint: 0 a sample of the same series as the one before, 1 a drop, 2 how a series is kept, n + 3 a sample of the series whose name follows in n bytes.
/// Version 1 has no 2 and n + 2 for a name. Held in memory only while it grows; nothing is counted ahead, so samples can go in as they come. For one thread.
/// </summary>
public sealed class PointBatchWriter
{
    internal const byte Version = 2;
    internal const int SameSeries = 0;
    internal const int Drop = 1;
    internal const int Keeping = 2;
    internal const int FirstName = 3;

    private readonly ArrayBufferWriter<byte> _output = new(64 * 1024);
    private readonly byte[] _name = new byte[Wire.Graphite.SeriesName.MaxBytes + SeriesLevel.MoreBytes];
    private int _nameLength;
    private int _headLength;
    private uint _time;

    /// <summary>Samples written.</summary>
    public int Points { get; private set; }

    /// <summary>Samples and drops written.</summary>
    public int Count { get; private set; }

    /// <summary>Whether anything was written behind the head.</summary>
    public bool HasAny => _output.WrittenCount > _headLength;

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
        _headLength = _output.WrittenCount;
    }

    /// <param name="name">Canonical, at most <see cref="Wire.Graphite.SeriesName.MaxBytes"/>; or that of a <see cref="SeriesLevel"/>.</param>
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

    /// <summary>How a series is kept, from now on and whatever the project's rules say.</summary>
    /// <param name="name">Canonical.</param>
    /// <param name="keeping">Its archives.</param>
    /// <param name="source">What it was imported from, so that the same is not imported again; 0: nothing.</param>
    public void Keep(ReadOnlySpan<byte> name, SeriesKeeping keeping, ulong source)
    {
        var output = new RecordWriter(_output);
        output.Unsigned(Keeping);
        output.Bytes(name);
        output.Text(keeping.ToString());
        output.Unsigned(source);
        output.Finish();
    }
}
