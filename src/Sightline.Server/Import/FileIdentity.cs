using System.Security.Cryptography;
using Sightline.Core.Model;

namespace Sightline.Server.Import;

/// <summary>
/// Knows a file by its content, whatever its name and compression. A position P of a file is named by the hash of its first
/// min(P, 64 KiB) bytes and the hash of the 4 KiB before P. So a position below 64 KiB is proven by its fingerprint alone, and
/// beyond it there is one position for each beginning, which moves with the file's growth.
/// </summary>
internal static class FileIdentity
{
    public const int HeadLength = 64 * 1024;
    public const int TailLength = 4096;

    /// <param name="head">The file's first <see cref="HeadLength"/> bytes, or all there are.</param>
    /// <param name="offset">Bytes consumed.</param>
    /// <param name="tail">The bytes before <paramref name="offset"/>, up to <see cref="TailLength"/>.</param>
    /// <param name="state">What the reader knows there.</param>
    /// <param name="name">The file's name, for people.</param>
    public static ImportProgress At(ReadOnlySpan<byte> head, long offset, ReadOnlySpan<byte> tail, byte[] state, string name)
    {
        var prefix = (int)Math.Min(offset, HeadLength);
        return new ImportProgress(SHA256.HashData(head[..prefix]), prefix, offset, SHA256.HashData(tail), name) { State = state };
    }

    /// <summary>Those of <paramref name="known"/> whose fingerprint <paramref name="head"/> begins with.</summary>
    public static IReadOnlyList<ImportProgress> Matching(ReadOnlySpan<byte> head, IEnumerable<ImportProgress> known)
    {
        var found = new List<ImportProgress>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hashed = 0;
        var current = new byte[SHA256.HashSizeInBytes];
        foreach (var group in known.GroupBy(static progress => progress.PrefixLength).OrderBy(static group => group.Key))
        {
            if (group.Key > head.Length || group.Key <= 0)
            {
                continue;
            }

            hash.AppendData(head[hashed..(int)group.Key]);
            hashed = (int)group.Key;
            hash.GetCurrentHash(current);
            found.AddRange(group.Where(progress => progress.Fingerprint.AsSpan().SequenceEqual(current)));
        }

        return found;
    }

    public static bool IsTail(ImportProgress progress, ReadOnlySpan<byte> tail) => progress.TailHash.AsSpan().SequenceEqual(SHA256.HashData(tail));
}
