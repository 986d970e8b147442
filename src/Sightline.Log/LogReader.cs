using Sightline.Core.Model;
using Sightline.Log.Files;

namespace Sightline.Log;

/// <summary>Interim reader; the full log replaces this file.</summary>
public sealed class LogReader : IDisposable
{
    private readonly DurableLog _log;
    private readonly ILogFile _file;
    private readonly ulong _secret;
    private byte[] _buffer = new byte[64 * 1024];

    internal LogReader(DurableLog log, ILogFile file, ulong secret, LogPosition from)
    {
        _log = log;
        _file = file;
        _secret = secret;
        Position = from;
    }

    public LogPosition Position { get; private set; }

    public bool TryRead(out LogRecord record)
    {
        record = default;
        if (Position >= _log.DurableEnd)
        {
            return false;
        }

        var at = Position.Value;
        _file.Read(_buffer.AsSpan(0, RecordHeader.Size), at);
        RecordHeader.TryRead(_buffer, RecordHeader.Mark(_secret, at), LogOptions.RecordBytesCeiling, out var header);
        if (_buffer.Length < header.RecordSize)
        {
            _buffer = new byte[header.RecordSize * 2];
        }

        _file.Read(_buffer.AsSpan(0, header.RecordSize), at);
        Position = new LogPosition(at + header.RecordSize);
        record = new LogRecord(new LogPosition(at), Position, header.Kind, header.Project, _buffer.AsMemory(RecordHeader.Size, header.Length));
        return true;
    }

    public void Dispose()
    {
    }
}
