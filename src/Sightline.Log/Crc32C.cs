using System.Buffers.Binary;
using System.Numerics;

namespace Sightline.Log;

/// <summary>CRC-32C (Castagnoli; polynomial 0x1EDC6F41, reflected, both ends inverted), by the processor's instruction.</summary>
internal static class Crc32C
{
    /// <summary>The state before the first byte.</summary>
    public const uint Begin = 0xFFFF_FFFF;

    public static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return state;
    }

    /// <summary>The checksum, once all bytes were added.</summary>
    public static uint End(uint state) => ~state;
}
