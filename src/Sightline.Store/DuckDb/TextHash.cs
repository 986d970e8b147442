using System.Buffers.Binary;
using System.Numerics;
using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>
/// Hash by which the dictionary's texts are found. Written to disk: it never changes. Not made against people who seek collisions:
/// texts are compared after it, so a collision costs time only.
/// </summary>
internal static class TextHash
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    public static ulong Of(uint project, StringKind kind, ReadOnlySpan<byte> utf8)
    {
        var hash = Mix(((ulong)project << 8) | (byte)kind, (ulong)utf8.Length);
        while (utf8.Length >= 8)
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(utf8));
            utf8 = utf8[8..];
        }

        var rest = 0UL;
        for (var i = 0; i < utf8.Length; i++)
        {
            rest |= (ulong)utf8[i] << (8 * i);
        }

        hash = Mix(hash, rest);
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32);
    }

    private static ulong Mix(ulong hash, ulong value) => BitOperations.RotateLeft((hash ^ value) * Multiplier, 29) + value;
}
