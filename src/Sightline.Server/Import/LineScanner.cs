namespace Sightline.Server.Import;

/// <summary>Cuts a stream into lines, in bounded memory, and knows the position behind the last one and the bytes before it.</summary>
internal sealed class LineScanner
{
    /// <summary>A longer line is skipped and counted: no server writes one, and a URL in it would be refused anyway.</summary>
    public const int MaxLine = 64 * 1024;

    private readonly Stream _content;
    private readonly byte[] _buffer = new byte[8 * MaxLine];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <param name="content">Positioned at <paramref name="offset"/>.</param>
    /// <param name="offset">Uncompressed bytes before the stream's position.</param>
    /// <param name="tail">Those bytes, the last <see cref="FileIdentity.TailLength"/> of them.</param>
    public LineScanner(Stream content, long offset, ReadOnlySpan<byte> tail)
    {
        _content = content;
        Offset = offset;
        tail.CopyTo(_buffer);
        _start = _end = tail.Length;
    }

    /// <summary>Uncompressed bytes consumed.</summary>
    public long Offset { get; private set; }

    /// <summary>The last bytes before <see cref="Offset"/>.</summary>
    public ReadOnlySpan<byte> Tail => _buffer.AsSpan(TailStart, _start - TailStart);

    /// <summary>The content ends with a line that has no line break, and it was left alone.</summary>
    public bool HasUnfinishedLine { get; private set; }

    private int TailStart => (int)Math.Max(_start - Math.Min(FileIdentity.TailLength, Offset), 0);

    /// <summary>Reads the next line; false at the end.</summary>
    /// <param name="takeUnfinished">Take a last line without a line break as well.</param>
    /// <param name="line">The line without its line break, until the next call; empty when it is too long.</param>
    /// <param name="isTooLong">The line was over <see cref="MaxLine"/>.</param>
    public bool TryRead(bool takeUnfinished, out ReadOnlySpan<byte> line, out bool isTooLong)
    {
        line = default;
        isTooLong = false;
        SkipNuls();
        for (var scanned = 0; ;)
        {
            var newline = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            var length = newline < 0 ? _end - _start : scanned + newline;
            if (length > MaxLine)
            {
                isTooLong = true;
                return TrySkipLong(takeUnfinished);
            }

            if (newline >= 0)
            {
                line = _buffer.AsSpan(_start, length);
                Consume(length + 1);
                return true;
            }

            scanned = length;
            if (!Fill())
            {
                HasUnfinishedLine = length > 0 && !takeUnfinished;
                if (length == 0 || !takeUnfinished)
                {
                    return false;
                }

                line = _buffer.AsSpan(_start, length);
                Consume(length);
                return true;
            }
        }
    }

    /// <summary>A log truncated under a running server (<c>copytruncate</c>), or on a disk that lost power, goes on behind a run of zero bytes.</summary>
    private void SkipNuls()
    {
        do
        {
            var nuls = _buffer.AsSpan(_start, _end - _start).IndexOfAnyExcept((byte)0);
            Consume(nuls < 0 ? _end - _start : nuls);
        }
        while (_start == _end && Fill());
    }

    private bool TrySkipLong(bool takeUnfinished)
    {
        var (offset, tail) = (Offset, Tail.ToArray());
        while (true)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            Consume(newline < 0 ? _end - _start : newline + 1);
            if (newline >= 0)
            {
                return true;
            }

            if (!Fill())
            {
                if (takeUnfinished)
                {
                    return true;
                }

                // As if it had not been looked at: the next run begins with it.
                HasUnfinishedLine = true;
                Offset = offset;
                tail.CopyTo(_buffer, 0);
                _start = _end = tail.Length;
                return false;
            }
        }
    }

    private void Consume(int count)
    {
        _start += count;
        Offset += count;
    }

    private bool Fill()
    {
        if (_atEnd)
        {
            return false;
        }

        if (_end == _buffer.Length)
        {
            var keep = TailStart;
            _buffer.AsSpan(keep, _end - keep).CopyTo(_buffer);
            _start -= keep;
            _end -= keep;
        }

        var read = _content.Read(_buffer, _end, _buffer.Length - _end);
        _atEnd = read == 0;
        _end += read;
        return read > 0;
    }
}
