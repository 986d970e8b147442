namespace Sightline.Core.Model;

/// <summary>
/// How far a file import has come once the batch that carries it is stored: both become durable in one record, so an import
/// that was killed resumes exactly where its last stored batch ended.
/// </summary>
/// <param name="Fingerprint">SHA-256 of the file's first <paramref name="PrefixLength"/> uncompressed bytes, 32 bytes.</param>
/// <param name="PrefixLength">Length of the fingerprinted prefix.</param>
/// <param name="Offset">Uncompressed bytes consumed.</param>
/// <param name="TailHash">SHA-256 of the (up to) 4096 uncompressed bytes before <paramref name="Offset"/>: tells a grown file from another one.</param>
/// <param name="FileName">For people: the path as given.</param>
public sealed record ImportProgress(byte[] Fingerprint, long PrefixLength, long Offset, byte[] TailHash, string FileName)
{
    /// <summary>
    /// What the reader must know of the lines before <see cref="Offset"/> to read those after it (the fields a header named, the running
    /// count of the last seconds); its layout belongs to the reader. Under 8 KiB.
    /// </summary>
    public byte[] State { get; init; } = [];
}
