namespace Sightline.Core.Model;

/// <summary>
/// Reads what <see cref="PointBatchWriter"/> wrote, entry by entry: <c>while (reader.Read()) ...</c>. Every fault throws <see cref="InvalidDataException"/>,
/// whatever the bytes.
/// </summary>
public ref struct PointBatchReader
{
    private readonly bool _isFirstVersion;
    private RecordReader _input;
    private long _time;

    public PointBatchReader(ReadOnlySpan<byte> payload)
    {
        _input = new RecordReader(payload);
        var version = _input.Byte();
        if (version is not (1 or PointBatchWriter.Version))
        {
            throw new InvalidDataException("the record holds points of an unknown version");
        }

        _isFirstVersion = version == 1;

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

    /// <summary>The current entry says how the series <see cref="KeptName"/> is kept, and is no sample.</summary>
    public SeriesKeeping? Kept { get; private set; }

    /// <summary>With <see cref="Kept"/>.</summary>
    public ReadOnlySpan<byte> KeptName { get; private set; }

    /// <summary>With <see cref="Kept"/>: what the series was imported from; 0: nothing.</summary>
    public ulong KeptSource { get; private set; }

    public bool Read()
    {
        if (_input.AtEnd)
        {
            return false;
        }

        Drop = null;
        Kept = null;
        var lead = _input.Unsigned();
        if (lead == PointBatchWriter.Drop)
        {
            Drop = new IncomingDrop((DropReason)_input.UInt32(), _input.UInt32(), _input.Text());
            return true;
        }

        if (lead == PointBatchWriter.Keeping && !_isFirstVersion)
        {
            ReadKept();
            return true;
        }

        if (lead != PointBatchWriter.SameSeries)
        {
            Name = _input.Take(lead - (_isFirstVersion ? 2UL : PointBatchWriter.FirstName));
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

    private void ReadKept()
    {
        KeptName = _input.Take(_input.Unsigned() - 1);
        var text = _input.Text();
        try
        {
            Kept = SeriesKeeping.Parse(text ?? "");
        }
        catch (FormatException e)
        {
            throw new InvalidDataException(e.Message, e);
        }

        KeptSource = _input.Unsigned();
        if (KeptName.IsEmpty)
        {
            throw new InvalidDataException("the record says how a series without a name is kept");
        }
    }
}
