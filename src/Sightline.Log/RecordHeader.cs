using System.Buffers.Binary;
using Sightline.Core.Model;

namespace Sightline.Log;

/// <summary>
/// The 24 bytes before each payload; docs/log-format.md gives them one by one. The mark is the log's secret XOR the record's
/// position: whoever sends payloads cannot know it, so bytes inside a payload cannot pass for a record when a reader looks for the
/// next one behind a damaged place, and a record copied to another position is none.
/// </summary>
internal readonly record struct RecordHeader(uint Crc, int Length, uint Project, RecordKind Kind, byte Flags)
{
    public const int Size = 24;
    private const int CrcAt = 8;
    private const int AfterCrc = 12;

    public int RecordSize => Size + Length;

    public static ulong Mark(ulong secret, long position) => secret ^ (ulong)position;

    /// <summary>The part of the checksum that needs no position, so that it is computed before any lock is taken.</summary>
    public static uint AddPayload(ReadOnlySpan<byte> payload) => Crc32C.Add(Crc32C.Begin, payload);

    public static void Write(Span<byte> into, ulong mark, uint payloadState, int length, uint project, RecordKind kind)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into, mark);
        BinaryPrimitives.WriteInt32LittleEndian(into[AfterCrc..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(into[16..], project);
        into[20] = (byte)kind;
        into[21] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(into[22..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(into[CrcAt..], Checksum(payloadState, into));
    }

    /// <summary>The header's fields, believed only once <see cref="Matches"/> says so; false if the mark or the length is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, ulong mark, long maxRecordSize, out RecordHeader header)
    {
        header = default;
        if (BinaryPrimitives.ReadUInt64LittleEndian(from) != mark)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(from[AfterCrc..]);
        if (length < 0 || length > LogOptions.RecordBytesCeiling || Size + length > maxRecordSize)
        {
            return false;
        }

        header = new RecordHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(from[CrcAt..]),
            length,
            BinaryPrimitives.ReadUInt32LittleEndian(from[16..]),
            (RecordKind)from[20],
            from[21]);
        return true;
    }

    /// <summary>Whether the checksum of the whole record (header and payload) is right.</summary>
    public bool Matches(ReadOnlySpan<byte> record) => Checksum(AddPayload(record.Slice(Size, Length)), record) == Crc;

    private static uint Checksum(uint payloadState, ReadOnlySpan<byte> header) =>
        Crc32C.End(Crc32C.Add(Crc32C.Add(payloadState, header[..CrcAt]), header[AfterCrc..Size]));
}
