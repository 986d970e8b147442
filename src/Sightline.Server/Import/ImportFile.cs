using System.IO.Compression;
using Sightline.Core.Model;

namespace Sightline.Server.Import;

/// <summary>A log file opened for import: its content uncompressed, its beginning known.</summary>
internal sealed class ImportFile : IDisposable
{
    /// <summary>Named so, the content comes from standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>A plain file without a line break at its end may be in the middle of being written, unless nobody wrote to it for so long.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    private readonly Stream _raw;
    private readonly bool _isPlain;
    private Stream _content;

    private ImportFile(string name, Stream raw, Stream content, bool isPlain, bool isFinished)
    {
        Name = name;
        _raw = raw;
        _content = content;
        _isPlain = isPlain;
        IsFinished = isFinished;
        var head = new byte[FileIdentity.HeadLength];
        Head = head.AsMemory(0, Reading(() => content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
        _content = new PrefixedStream(Head, content);
        if (Head.Span.StartsWith<byte>([0xFF, 0xFE]) || Head.Span.StartsWith<byte>([0xFE, 0xFF]))
        {
            throw new ImportException("the file is UTF-16, which no web server writes; convert it first, for example with: iconv -f UTF-16 -t UTF-8");
        }
    }

    public string Name { get; }

    /// <summary>The first <see cref="FileIdentity.HeadLength"/> uncompressed bytes, or all there are.</summary>
    public ReadOnlyMemory<byte> Head { get; }

    /// <summary>Nothing more will come: a last line without a line break is whole.</summary>
    public bool IsFinished { get; }

    /// <summary>Bytes of the file as it lies on the disk; 0: not known.</summary>
    public long Size => _raw.CanSeek ? _raw.Length : 0;

    /// <summary>How many of them are read.</summary>
    public long Position => _raw.CanSeek ? _raw.Position : 0;

    /// <summary>Bytes of a file as it lies on the disk, before it is opened; <see langword="null"/>: that cannot be known.</summary>
    public static long? SizeOf(string path) => path != StandardInput && new FileInfo(path) is { Exists: true } file ? file.Length : null;

    /// <exception cref="ImportException">The file cannot be read or is packed in a way not known here.</exception>
    public static ImportFile Open(string path, TimeProvider clock, Func<Stream> standardInput)
    {
        if (path == StandardInput)
        {
            return Open("standard input", standardInput(), isFinished: true);
        }

        try
        {
            var written = File.GetLastWriteTimeUtc(path);
            return Open(path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 17, FileOptions.SequentialScan), clock.GetUtcNow() - written > Settled);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportException(e.Message, e);
        }
    }

    private static ImportFile Open(string name, Stream raw, bool isFinished)
    {
        try
        {
            var magic = new byte[6];
            var length = Reading(() => raw.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false));
            var content = new PrefixedStream(magic.AsMemory(0, length), raw);
            if (magic.AsSpan().StartsWith<byte>([0x1F, 0x8B]))
            {
                return new ImportFile(name, raw, new GZipStream(content, CompressionMode.Decompress), isPlain: false, isFinished: true);
            }

            var (packer, unpack) = Packer(magic);
            return packer is null
                ? new ImportFile(name, raw, content, raw.CanSeek, isFinished)
                : throw new ImportException($"{packer} is not supported; unpack it on the way: {unpack} FILE | sightline import logs - ...");
        }
        catch
        {
            raw.Dispose();
            throw;
        }
    }

    private static (string? Name, string Unpack) Packer(ReadOnlySpan<byte> magic) =>
        magic.StartsWith("BZh"u8) ? ("bzip2", "bzcat")
        : magic.StartsWith<byte>([0x28, 0xB5, 0x2F, 0xFD]) ? ("zstd", "zstdcat")
        : magic.StartsWith<byte>([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z']) ? ("xz", "xzcat")
        : magic.StartsWith("PK\u0003\u0004"u8) ? ("zip", "unzip -p")
        : (null, "");

    /// <summary>
    /// The lines behind what is stored already.
    /// </summary>
    /// <param name="stored">How far the file is stored; <see langword="null"/>: not at all.</param>
    /// <returns><see langword="null"/> when the file is shorter than what is stored: an older copy of it.</returns>
    /// <exception cref="ImportException">The file begins as one that is stored and goes on differently.</exception>
    public LineScanner? Scan(ImportProgress? stored)
    {
        if (stored is null)
        {
            return new LineScanner(_content, 0, default);
        }

        var tail = new byte[Math.Min(stored.Offset, FileIdentity.TailLength)];
        if (!TrySkip(stored.Offset - tail.Length) || Reading(() => _content.ReadAtLeast(tail, tail.Length, throwOnEndOfStream: false)) < tail.Length)
        {
            return null;
        }

        return FileIdentity.IsTail(stored, tail)
            ? new LineScanner(_content, stored.Offset, tail)
            : throw new ImportException($"it begins like {stored.FileName}, imported before, but differs from it before byte {stored.Offset}; a file changed in its middle cannot be told apart from lines imported already");
    }

    private bool TrySkip(long count)
    {
        if (_isPlain)
        {
            if (_raw.Length < count)
            {
                return false;
            }

            _raw.Position = count;
            _content = _raw;
            return true;
        }

        var buffer = new byte[1 << 16];
        while (count > 0)
        {
            var read = Reading(() => _content.Read(buffer, 0, (int)Math.Min(count, buffer.Length)));
            if (read == 0)
            {
                return false;
            }

            count -= read;
        }

        return true;
    }

    private static T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new ImportException(e.Message, e);
        }
    }

    public void Dispose()
    {
        _content.Dispose();
        _raw.Dispose();
    }
}
