using System.Diagnostics;
using Sightline.Core.Model;
using Sightline.Store.DuckDb.Months;

namespace Sightline.Store;

/// <summary>What a copy of a running store holds.</summary>
/// <param name="Position">Everything of the log before this is in it, and nothing after.</param>
/// <param name="SchemaVersion">Of the main file.</param>
/// <param name="WriterWaited">How long the writer was held back.</param>
public sealed record StoreMoment(LogPosition Position, int SchemaVersion, TimeSpan WriterWaited);

/// <summary>
/// Copies a running store as of one moment. The main file changes only in checkpoints and by large appends, so it is copied beside the
/// running writer first; then the writer waits while the blocks that changed meanwhile and the write-ahead log are copied. The pair is what a
/// crash at that moment would have left, and opens as such. Files of settled months never change: they are handed out while they are held.
/// </summary>
/// <remarks>
/// Closing a file of the database drops the engine's own lock on it (POSIX locks belong to the process). The lock of the data directory is
/// what keeps other processes away.
/// </remarks>
public sealed class StoreCopy(EventStore store)
{
    private const int BlockBytes = 1 << 20;

    /// <summary>A file whose time of change lies further back than this has not changed since, whatever the clock's grain.</summary>
    private static readonly TimeSpan ClockGrain = TimeSpan.FromSeconds(2);

    /// <summary>Told the name of each step, for tests that write or stop there.</summary>
    public Action<string>? Step { get; set; }

    /// <param name="mainTo">Where the main file goes; its write-ahead log goes beside it.</param>
    /// <param name="month">Called with the path of each settled month's file, which stays as it is until the call returns.</param>
    /// <param name="copied">Told bytes as they are copied.</param>
    /// <param name="cancel">Between blocks.</param>
    public StoreMoment Run(string mainTo, Action<string> month, Action<long> copied, CancellationToken cancel)
    {
        var main = Path.Combine(store.Directory, "main.duckdb");
        var before = File.GetLastWriteTimeUtc(main);
        using var to = new FileStream(mainTo, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, BlockBytes);
        var quiet = File.GetLastWriteTimeUtc(mainTo) - before > ClockGrain;
        using var from = new FileStream(main, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        CopyBlocks(from, to, patch: false, copied, cancel);
        Step?.Invoke("main copied");

        IReadOnlyList<MonthFile> months;
        StoreMoment moment;
        lock (store.WriteLock)
        {
            var waiting = Stopwatch.GetTimestamp();
            if (!quiet || File.GetLastWriteTimeUtc(main) != before)
            {
                CopyBlocks(from, to, patch: true, static _ => { }, cancel);
            }

            CopyLog(main + ".wal", mainTo + ".wal");
            months = store.Months.Current;
            if (!store.Months.TryHold(months))
            {
                throw new InvalidOperationException("the store names a file that it does not hold");
            }

            var position = new LogPosition(store.WriterConnection.ScalarLong("SELECT position FROM log_position", CancellationToken.None) ?? 0);
            var schema = (int)(store.WriterConnection.ScalarLong("SELECT max(version) FROM schema_version", CancellationToken.None) ?? 0);
            moment = new StoreMoment(position, schema, Stopwatch.GetElapsedTime(waiting));
        }

        try
        {
            Step?.Invoke("writer goes on");
            to.Flush(flushToDisk: true);
            foreach (var file in months)
            {
                cancel.ThrowIfCancellationRequested();
                month(store.Months.PathOf(file));
            }
        }
        finally
        {
            store.Months.Release(months);
        }

        return moment;
    }

    /// <summary>Everything, or with <paramref name="patch"/> what is different there.</summary>
    private static void CopyBlocks(FileStream from, FileStream to, bool patch, Action<long> copied, CancellationToken cancel)
    {
        var (block, there) = (new byte[BlockBytes], new byte[patch ? BlockBytes : 0]);
        from.Position = 0;
        long offset = 0;
        for (int read; (read = from.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false)) > 0; offset += read)
        {
            cancel.ThrowIfCancellationRequested();
            to.Position = offset;
            if (patch && to.ReadAtLeast(there.AsSpan(0, read), read, throwOnEndOfStream: false) == read && block.AsSpan(0, read).SequenceEqual(there.AsSpan(0, read)))
            {
                continue;
            }

            to.Position = offset;
            to.Write(block, 0, read);
            copied(read);
        }

        to.SetLength(offset);
        to.Flush();
    }

    private static void CopyLog(string from, string to)
    {
        if (File.Exists(from))
        {
            using var log = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
            using var copy = new FileStream(to, FileMode.CreateNew, FileAccess.Write);
            log.CopyTo(copy, BlockBytes);
        }
    }
}
