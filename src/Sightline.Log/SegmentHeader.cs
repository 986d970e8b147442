using System.Buffers.Binary;
using Sightline.Core.Model;

namespace Sightline.Log;

/// <summary>The first 64 bytes of a segment file; docs/log-format.md gives them one by one.</summary>
/// <param name="Start">Position of the segment's first record, which also names the file.</param>
/// <param name="PreviousEnd">Where the records before it ended: what lies between that and <paramref name="Start"/> never existed.</param>
/// <param name="Secret">What records are marked with: random, the same in all segments of a log.</param>
internal readonly record struct SegmentHeader(LogPosition Start, LogPosition PreviousEnd, ulong Secret)
{
    public const int Size = 64;
    public const ushort Version = 1;
    private const int CrcAt = 12;
    private const int AfterCrc = 16;

    // As PNG does it: not text, and any transfer that changes line ends is noticed.
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'S', (byte)'L', (byte)'O', (byte)'G', 0x0D, 0x0A, 0x1A];

    public void Write(Span<byte> into)
    {
        into[..Size].Clear();
        Magic.CopyTo(into);
        BinaryPrimitives.WriteUInt16LittleEndian(into[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(into[10..], Size);
        BinaryPrimitives.WriteInt64LittleEndian(into[16..], Start.Value);
        BinaryPrimitives.WriteInt64LittleEndian(into[24..], PreviousEnd.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(into[32..], Secret);
        BinaryPrimitives.WriteUInt32LittleEndian(into[CrcAt..], Checksum(into));
    }

    /// <summary>False: too short or damaged. Throws <see cref="LogFormatException"/> when it is whole but of another version.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, string path, out SegmentHeader header)
    {
        header = default;
        if (from.Length < Size || !from[..Magic.Length].SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(from[CrcAt..]) != Checksum(from))
        {
            return false;
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(from[8..]);
        if (version != Version)
        {
            throw new LogFormatException($"{path} has format version {version}; this program reads version {Version}");
        }

        header = new SegmentHeader(
            new LogPosition(BinaryPrimitives.ReadInt64LittleEndian(from[16..])),
            new LogPosition(BinaryPrimitives.ReadInt64LittleEndian(from[24..])),
            BinaryPrimitives.ReadUInt64LittleEndian(from[32..]));
        return header.Start.Value >= 0 && header.PreviousEnd <= header.Start;
    }

    private static uint Checksum(ReadOnlySpan<byte> header) =>
        Crc32C.End(Crc32C.Add(Crc32C.Add(Crc32C.Begin, header[..CrcAt]), header[AfterCrc..Size]));
}
