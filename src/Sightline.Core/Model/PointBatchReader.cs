namespace Sightline.Core.Model;

/// <summary>
/// Reads what <see cref="PointBatchWriter"/> wrote, entry by entry: <c>while (reader.Read()) ...</c>. Every fault throws <see cref="InvalidDataException"/>,
/// whatever the bytes.
/// </summary>
public ref struct PointBatchReader
{
    private RecordReader _input;
    private long _time;

    public PointBatchReader(ReadOnlySpan<byte> payload)
    {
        _input = new RecordReader(payload);
        if (_input.Byte() != PointBatchWriter.Version)
        {
            throw new InvalidDataException("the record holds points of an unknown version");
        }

        ReceivedBy = (ReceivedBy)_input.Byte();
        ReceivedMs = _input.Signed();
        StepSeconds = _input.UInt32();
    }

    public ReceivedBy ReceivedBy { get; }

    public long ReceivedMs { get; }

    public uint StepSeconds { get; }

    /// <summary>The series of the current sample. Lies within the payload.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    public Point Point { get; private set; }

    /// <summary>The current entry is this and no sample.</summary>
    public IncomingDrop? Drop { get; private set; }

    public bool Read()
    {
        if (_input.AtEnd)
        {
            return false;
        }

        Drop = null;
        var lead = _input.Unsigned();
        if (lead == PointBatchWriter.Drop)
        {
            Drop = new IncomingDrop((DropReason)_input.UInt32(), _input.UInt32(), _input.Text());
            return true;
        }

        if (lead != PointBatchWriter.SameSeries)
        {
            Name = _input.Take(lead - PointBatchWriter.FirstName);
        }

        _time += _input.Signed();
        var value = System.Buffers.Binary.BinaryPrimitives.ReadDoubleLittleEndian(_input.Take(8));
        if (_time is < 0 or > uint.MaxValue || Name.IsEmpty || double.IsNaN(value))
        {
            throw new InvalidDataException("a sample of the record cannot be");
        }

        Point = new Point((uint)_time, value);
        return true;
    }
}
