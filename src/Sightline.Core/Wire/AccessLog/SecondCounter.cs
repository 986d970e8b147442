using System.Buffers.Binary;

namespace Sightline.Core.Wire.AccessLog;

/// <summary>
/// Gives lines of one second that log no finer time the milliseconds 0, 1, 2, ... in their order, so that the order survives sorting
/// by time. Lines of different seconds may alternate (servers write when an answer ends): the last 64 seconds are remembered. The
/// numbers are a function of the file's content alone, which is what makes a resumed import equal to one in a single run.
/// </summary>
internal sealed class SecondCounter
{
    private const int Slots = 64;
    private const int SlotBytes = 10;

    private readonly long[] _seconds = new long[Slots];
    private readonly ushort[] _counts = new ushort[Slots];

    public SecondCounter() => Array.Fill(_seconds, long.MinValue);

    /// <summary>The milliseconds of the next line of that second; 999 from the thousandth on.</summary>
    public int Next(long second)
    {
        var slot = (int)(second & (Slots - 1));
        if (_seconds[slot] != second)
        {
            _seconds[slot] = second;
            _counts[slot] = 0;
        }

        return _counts[slot] < 999 ? _counts[slot]++ : 999;
    }

    public byte[] Save()
    {
        var used = _seconds.Count(static second => second != long.MinValue);
        var bytes = new byte[used * SlotBytes];
        var at = bytes.AsSpan();
        for (var i = 0; i < Slots; i++)
        {
            if (_seconds[i] != long.MinValue)
            {
                BinaryPrimitives.WriteInt64LittleEndian(at, _seconds[i]);
                BinaryPrimitives.WriteUInt16LittleEndian(at[8..], _counts[i]);
                at = at[SlotBytes..];
            }
        }

        return bytes;
    }

    public void Load(ReadOnlySpan<byte> bytes)
    {
        Array.Fill(_seconds, long.MinValue);
        for (; bytes.Length >= SlotBytes; bytes = bytes[SlotBytes..])
        {
            var second = BinaryPrimitives.ReadInt64LittleEndian(bytes);
            _seconds[second & (Slots - 1)] = second;
            _counts[second & (Slots - 1)] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        }
    }
}
