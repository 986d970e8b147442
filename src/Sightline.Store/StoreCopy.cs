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
/// running writer first, again and again until it has not changed meanwhile; then the writer waits while the write-ahead log is copied, and of a
/// file that is never still the blocks that changed. The pair is what a crash at that moment would have left, and opens as such. Files of settled months never change: they are handed out while they are held.
/// </summary>
/// <remarks>
/// Closing a file of the database drops the engine's own lock on it (POSIX locks belong to the process). The lock of the data directory is
/// what keeps other processes away.
/// </remarks>
public sealed class StoreCopy(EventStore store)
{
    private const int BlockBytes = 1 << 20;

    /// <summary>A file as small as this is compared in less time than anybody notices.</summary>
    private const long PatchedAtOnceBytes = 64 << 20;

    /// <summary>How often the file is gone through before the writer has to wait for the rest, however much that is.</summary>
    private const int MostPasses = 4;
    private const int MostWaits = 5;

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
        using var to = new FileStream(mainTo, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, BlockBytes);
        using var from = new FileStream(main, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        var stillSince = File.GetLastWriteTimeUtc(main) is var changed && File.GetLastWriteTimeUtc(mainTo) - changed > ClockGrain ? changed : (DateTime?)null;
        for (var pass = 1; ; pass++)
        {
            CopyBlocks(from, to, patch: pass > 1, pass > 1 ? static _ => { } : copied, cancel);
            if (pass == 1)
            {
                Step?.Invoke("main copied");
            }

            if (TryFinish(main, mainTo, from, to, stillSince, isLast: pass == MostPasses || from.Length <= PatchedAtOnceBytes, cancel) is var (moment, months))
            {
                HandOut(months, month, to, cancel);
                return moment;
            }

            stillSince = WaitUntilStill(main, cancel);
        }
    }

    /// <summary>Holds the writer back and copies what is left, if that is little.</summary>
    /// <param name="main">The main file.</param>
    /// <param name="mainTo">Its copy.</param>
    /// <param name="from">The same, opened.</param>
    /// <param name="to">The same, opened.</param>
    /// <param name="stillSince">When the main file was changed last before it was copied; <see langword="null"/>: it may have been changed in the midst of that.</param>
    /// <param name="isLast">Whatever has changed is copied now.</param>
    /// <param name="cancel">Between blocks.</param>
    /// <returns><see langword="null"/>: too much has changed; the months that are held else.</returns>
    private (StoreMoment Moment, IReadOnlyList<MonthFile> Months)? TryFinish(
        string main, string mainTo, FileStream from, FileStream to, DateTime? stillSince, bool isLast, CancellationToken cancel)
    {
        lock (store.WriteLock)
        {
            var waiting = Stopwatch.GetTimestamp();
            if (stillSince is null || File.GetLastWriteTimeUtc(main) != stillSince)
            {
                if (!isLast)
                {
                    return null;
                }

                CopyBlocks(from, to, patch: true, static _ => { }, cancel);
            }

            CopyLog(main + ".wal", mainTo + ".wal");
            var months = store.Months.Current;
            if (!store.Months.TryHold(months))
            {
                throw new InvalidOperationException("the store names a file that it does not hold");
            }

            var position = new LogPosition(store.WriterConnection.ScalarLong("SELECT position FROM log_position", CancellationToken.None) ?? 0);
            var schema = (int)(store.WriterConnection.ScalarLong("SELECT max(version) FROM schema_version", CancellationToken.None) ?? 0);
            return (new StoreMoment(position, schema, Stopwatch.GetElapsedTime(waiting)), months);
        }
    }

    private void HandOut(IReadOnlyList<MonthFile> months, Action<string> month, FileStream to, CancellationToken cancel)
    {
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
    }

    /// <summary>
    /// Waits for the file to lie still for a moment, so that a change from now on shows in its time: checkpoints are at least ten seconds apart.
    /// </summary>
    /// <returns>When it was changed last; <see langword="null"/>: it is being changed all the time.</returns>
    private static DateTime? WaitUntilStill(string main, CancellationToken cancel)
    {
        for (var wait = 0; wait < MostWaits; wait++)
        {
            var changed = File.GetLastWriteTimeUtc(main);
            cancel.WaitHandle.WaitOne(ClockGrain);
            cancel.ThrowIfCancellationRequested();
            if (File.GetLastWriteTimeUtc(main) == changed)
            {
                return changed;
            }
        }

        return null;
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
