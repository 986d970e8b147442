using Sightline.Log.Files;

namespace Sightline.Tests.Log;

/// <summary>
/// A disk in memory that fails on demand and loses power: after <see cref="Crash"/> only what was synced is certain, and of the rest
/// any subset of pages, in any order of writing, may be there.
/// </summary>
internal sealed class MemoryFiles : ILogFiles
{
    private readonly Dictionary<string, Content> _durableNames = [];
    private readonly object _lock = new();
    private int _held;

    public Dictionary<string, Content> Names { get; } = [];

    public long Free { get; set; } = long.MaxValue;

    /// <summary>Error number of the next writes; <see cref="ShortWrite"/> bytes of each still get through.</summary>
    public int WriteError { get; set; }

    public int ShortWrite { get; set; }

    public int SyncError { get; set; }

    public int CutError { get; set; }

    public int ReadError { get; set; }

    public int CreateError { get; set; }

    /// <summary>While set, syncs wait for it: lets a test fill batches behind a slow disk.</summary>
    public ManualResetEventSlim? SyncHold { get; set; }

    /// <summary>Syncs that have come to <see cref="SyncHold"/>: what they sync is written and seen, and not durable.</summary>
    public int Held => Volatile.Read(ref _held);

    public int Syncs { get; private set; }

    public int Creations { get; private set; }

    public void CreateDirectory(string directory)
    {
    }

    public IReadOnlyList<string> List(string directory)
    {
        lock (_lock)
        {
            return [.. Names.Keys.Select(path => Path.GetFileName(path))];
        }
    }

    public ILogFile Create(string path)
    {
        Fail(CreateError);
        lock (_lock)
        {
            var content = new Content();
            Names.Add(path, content);
            Creations++;
            return new MemoryFile(this, content);
        }
    }

    public ILogFile Open(string path)
    {
        lock (_lock)
        {
            return Names.TryGetValue(path, out var content) ? new MemoryFile(this, content) : throw new FileNotFoundException(path);
        }
    }

    public void Delete(string path)
    {
        lock (_lock)
        {
            Names.Remove(path);
        }
    }

    public void SyncDirectory(string directory)
    {
        Fail(SyncError);
        lock (_lock)
        {
            _durableNames.Clear();
            foreach (var (path, content) in Names)
            {
                _durableNames[path] = content;
            }
        }
    }

    public long FreeBytes(string directory) => Free;

    /// <summary>The bytes of the newest segment file, for tests to look at and to damage.</summary>
    public Content Newest() => Names[Names.Keys.Max(StringComparer.Ordinal)!];

    /// <summary>What a machine finds after the power came back.</summary>
    public MemoryFiles Crash(Random random)
    {
        var after = new MemoryFiles();
        lock (_lock)
        {
            foreach (var path in Names.Keys.Union(_durableNames.Keys))
            {
                var isThere = _durableNames.TryGetValue(path, out var content);
                if (!isThere)
                {
                    content = Names[path];
                }

                var certain = isThere && Names.ContainsKey(path);
                if (certain || random.Next(2) == 0)
                {
                    after.Names[path] = content!.AfterCrash(random);
                }
            }
        }

        foreach (var (path, content) in after.Names)
        {
            after._durableNames[path] = content;
        }

        return after;
    }

    internal static void Fail(int error)
    {
        if (error != 0)
        {
            throw new IOException("injected error " + error, error);
        }
    }

    /// <summary>A file's bytes as programs see them, and as the disk has them.</summary>
    internal sealed class Content
    {
        private const int Page = 512;
        private readonly HashSet<int> _dirty = [];
        private byte[] _durable = [];

        public byte[] Seen { get; set; } = [];

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (_dirty)
            {
                if (offset + bytes.Length > Seen.Length)
                {
                    var grown = Seen;
                    Array.Resize(ref grown, (int)offset + bytes.Length);
                    Seen = grown;
                }

                bytes.CopyTo(Seen.AsSpan((int)offset));
                for (var page = (int)(offset / Page); page <= (offset + bytes.Length - 1) / Page; page++)
                {
                    _dirty.Add(page);
                }
            }
        }

        public int Read(Span<byte> into, long offset)
        {
            lock (_dirty)
            {
                var count = (int)Math.Clamp(Seen.Length - offset, 0, into.Length);
                Seen.AsSpan((int)Math.Min(offset, Seen.Length), count).CopyTo(into);
                return count;
            }
        }

        public void SetLength(long length)
        {
            lock (_dirty)
            {
                var resized = Seen;
                Array.Resize(ref resized, (int)length);
                Seen = resized;
            }
        }

        public void Sync()
        {
            lock (_dirty)
            {
                _durable = [.. Seen];
                _dirty.Clear();
            }
        }

        /// <summary>The system gives up on dirty pages and from then on takes them for clean.</summary>
        public void ForgetDirty()
        {
            lock (_dirty)
            {
                _dirty.Clear();
            }
        }

        public Content AfterCrash(Random random)
        {
            lock (_dirty)
            {
                var length = Seen.Length <= _durable.Length ? _durable.Length : random.Next(_durable.Length, Seen.Length + 1);
                var bytes = new byte[length];
                _durable.AsSpan(0, Math.Min(length, _durable.Length)).CopyTo(bytes);
                foreach (var page in _dirty.Where(_ => random.Next(2) == 0))
                {
                    var from = page * Page;
                    var count = Math.Min(Page, Math.Min(length, Seen.Length) - from);
                    if (count > 0)
                    {
                        Seen.AsSpan(from, count).CopyTo(bytes.AsSpan(from));
                    }
                }

                return new Content { Seen = bytes, _durable = [.. bytes] };
            }
        }
    }

    private sealed class MemoryFile(MemoryFiles disk, Content content) : ILogFile
    {
        public long Length => content.Seen.Length;

        public int Read(Span<byte> into, long offset)
        {
            Fail(disk.ReadError);
            return content.Read(into, offset);
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            if (disk.WriteError != 0)
            {
                content.Write(bytes[..Math.Min(bytes.Length, disk.ShortWrite)], offset);
                Fail(disk.WriteError);
            }

            content.Write(bytes, offset);
        }

        public void SetLength(long length)
        {
            Fail(disk.CutError);
            content.SetLength(length);
        }

        public void Sync()
        {
            if (disk.SyncHold is { } hold)
            {
                Interlocked.Increment(ref disk._held);
                if (!hold.Wait(TimeSpan.FromSeconds(5)))
                {
                    throw new TimeoutException("nobody released the sync");
                }
            }

            disk.Syncs++;
            if (disk.SyncError != 0)
            {
                content.ForgetDirty();
                Fail(disk.SyncError);
            }

            content.Sync();
        }

        public void Dispose()
        {
        }
    }
}
