using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sightline.Core.Model;
using Sightline.Log.Files;

namespace Sightline.Log;

/// <summary>Interim single-file log with the agreed surface; the full log replaces this file.</summary>
public sealed class DurableLog : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly LogOptions _options;
    private readonly ILogFiles _files;
    private readonly ILogFile _file;
    private readonly Thread _thread;
    private readonly ulong _secret = 0x5157_4c49_4e45_0001;
    private MemoryStream _pending = new();
    private TaskCompletionSource _batch = NewSource();
    private TaskCompletionSource _durable = NewSource();
    private long _end;
    private long _durableEnd;
    private long _storeHas;
    private bool _stop;
    private TimeSpan _rollAge;

    private DurableLog(LogOptions options, ILogFiles files)
    {
        _options = options;
        _files = files;
        _files.CreateDirectory(options.Directory);
        var path = Path.Combine(options.Directory, Segment.NameOf(default));
        _file = File.Exists(path) ? files.Open(path) : files.Create(path);
        var bytes = new byte[_file.Length];
        _file.Read(bytes, 0);
        long at = 0;
        while (at + RecordHeader.Size <= bytes.Length
            && RecordHeader.TryRead(bytes.AsSpan((int)at), RecordHeader.Mark(_secret, at), bytes.Length - at, out var header)
            && header.Matches(bytes.AsSpan((int)at)))
        {
            at += header.RecordSize;
        }

        Recovery = new RecoveryReport { TornBytes = bytes.Length - at, End = new LogPosition(at) };
        _file.SetLength(at);
        _end = _durableEnd = at;
        _storeHas = options.StoreHas.Value;
        _thread = new Thread(Commit) { IsBackground = true };
        _thread.Start();
    }

    public RecoveryReport Recovery { get; }

    public LogStatistics Statistics { get; } = new();

    public LogPosition DurableEnd => new(Interlocked.Read(ref _durableEnd));

    public LogPosition FirstAvailable { get; }

    public static DurableLog Open(LogOptions options, TimeProvider time, ILogger? logger = null, ILogFiles? files = null)
    {
        _ = time;
        _ = logger;
        return new DurableLog(options.Checked(), files ?? new DiskFiles());
    }

    public long UnreadBytes(LogPosition storePosition) => DurableEnd.Value - storePosition.Value;

    public async ValueTask<LogPosition> AppendAsync(RecordKind kind, uint project, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (payload.Length > _options.MaxRecordBytes)
        {
            throw new RecordTooLargeException($"{payload.Length} bytes");
        }

        if (_files.FreeBytes(_options.Directory) < _options.MinFreeDiskBytes)
        {
            throw new DiskFullException("the disk is nearly full");
        }

        if (UnreadBytes(new LogPosition(_storeHas)) > _options.MaxUnreadBytes)
        {
            throw new LogFullException("the store is too far behind");
        }

        var state = RecordHeader.AddPayload(payload.Span);
        Task done;
        long end;
        lock (_lock)
        {
            Span<byte> header = stackalloc byte[RecordHeader.Size];
            RecordHeader.Write(header, RecordHeader.Mark(_secret, _end), state, payload.Length, project, kind);
            _pending.Write(header);
            _pending.Write(payload.Span);
            end = _end += RecordHeader.Size + payload.Length;
            done = _batch.Task;
            Monitor.Enter(_pending);
            Monitor.Pulse(_pending);
            Monitor.Exit(_pending);
        }

        await done.WaitAsync(cancellationToken);
        return new LogPosition(end);
    }

    public LogReader OpenReader(LogPosition from) => new(this, _file, _secret, from);

    public async ValueTask WaitForDataAsync(LogPosition after, CancellationToken cancellationToken)
    {
        while (DurableEnd <= after)
        {
            Task wait;
            lock (_lock)
            {
                wait = _durable.Task;
            }

            if (DurableEnd > after)
            {
                return;
            }

            await wait.WaitAsync(cancellationToken);
        }
    }

    public void DeleteBefore(LogPosition storeHas) => Interlocked.Exchange(ref _storeHas, storeHas.Value);

    public void RollIfOlderThan(TimeSpan age) => _rollAge = age;

    public ValueTask DisposeAsync()
    {
        _stop = true;
        _thread.Join();
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Commit()
    {
        var spare = new MemoryStream();
        while (true)
        {
            MemoryStream batch;
            TaskCompletionSource source;
            lock (_lock)
            {
                batch = _pending;
                source = _batch;
                if (batch.Length > 0)
                {
                    _pending = spare;
                    _batch = NewSource();
                }
            }

            if (batch.Length == 0)
            {
                if (_stop)
                {
                    return;
                }

                lock (batch)
                {
                    Monitor.Wait(batch, 1);
                }

                continue;
            }

            var started = Stopwatch.GetTimestamp();
            _file.Write(batch.GetBuffer().AsSpan(0, (int)batch.Length), _durableEnd);
            _file.Sync();
            Statistics.Synced(batch.Length, Stopwatch.GetElapsedTime(started));
            TaskCompletionSource durable;
            lock (_lock)
            {
                Interlocked.Add(ref _durableEnd, batch.Length);
                durable = _durable;
                _durable = NewSource();
            }

            batch.SetLength(0);
            spare = batch;
            source.SetResult();
            durable.SetResult();
        }
    }
}
