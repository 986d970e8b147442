using System.Globalization;
using Sightline.Core.Model;
using Sightline.Store.Series;

namespace Sightline.Store.DuckDb.Upkeep;

/// <summary>
/// Makes what is older than its archive reaches into values of the next coarser archive and removes it; behind the last archive it is only removed. What is
/// asked afterwards has the same answer as before, for no question reads an archive farther back than it reaches. A window of time of some thousand series is
/// one transaction, so the writer waits for a part of a second, and whatever stops this leaves each point in exactly one place.
/// </summary>
internal sealed class PointAging(EventStore store)
{
    private const int SeriesAtOnce = 2_000;
    private const long PointsAtOnce = 1_000_000;

    /// <summary>Seconds that points stay longer than their archive reaches: a point counts as late by the time of its receipt, and the log may be behind.</summary>
    private const long Slack = 3600;

    /// <summary>Seconds of retention from which on points go a day at a time. What is kept for less is gone before its days are packed together.</summary>
    private const long DaysMatterFrom = 2 * PackedPointTable.Day;

    // How far packed points have been looked through, by how they are kept: an hourly run looks only at the hour that has become due.
    private readonly Dictionary<(SeriesKeeping Keeping, int Level), long> _reached = [];

    /// <param name="now">Unix seconds.</param>
    /// <param name="goOn">Asked between transactions; after <see langword="false"/> the rest stays for the next run.</param>
    /// <returns>Points removed.</returns>
    public long Run(long now, Func<bool> goOn)
    {
        var removed = 0L;
        foreach (var alike in store.Series.Stored().Select(entry => (Entry: entry, Keeping: store.Series.KeepingOf(entry))).Where(static kept => kept.Keeping is not null)
            .GroupBy(static kept => (Keeping: kept.Keeping!, IsNew: !kept.Keeping!.Equals(kept.Entry.AgedBy))).OrderByDescending(static group => group.Key.IsNew))
        {
            var keeping = alike.Key.Keeping;
            foreach (var some in alike.Select(static kept => kept.Entry).OrderBy(static entry => entry.Id).Chunk(SeriesAtOnce))
            {
                for (var level = 0; level < keeping.Archives.Count; level++)
                {
                    var reached = alike.Key.IsNew ? 0 : _reached.GetValueOrDefault((keeping, level));
                    if (Age(keeping, level, some, reached, Border(keeping, level, now), goOn) is not { } aged)
                    {
                        return removed;
                    }

                    removed += aged;
                }

                Array.ForEach(some, entry => entry.AgedBy = keeping);
            }

            for (var level = 0; level < keeping.Archives.Count && !alike.Key.IsNew; level++)
            {
                _reached[(keeping, level)] = Border(keeping, level, now);
            }
        }

        return removed;
    }

    /// <summary>What is before this is due: a whole number of the steps it goes into, and where much is kept, of the days that are packed together.</summary>
    private static long Border(SeriesKeeping keeping, int level, long now)
    {
        var step = StepInto(keeping, level);
        var retention = keeping.Archives[level].Retention;
        var due = Math.Max(0, now - retention - Slack);
        return (retention < DaysMatterFrom ? due : due / PackedPointTable.Day * PackedPointTable.Day) / step * step;
    }

    private static uint StepInto(SeriesKeeping keeping, int level) => keeping.Archives[Math.Min(level + 1, keeping.Archives.Count - 1)].Step;

    internal static SeriesEntry? Archive(SeriesKeeping keeping, int level, SeriesEntry series) =>
        level == 0 ? series : series.CoarserOf(keeping.Archives[level].Step);

    private long? Age(SeriesKeeping keeping, int level, SeriesEntry[] series, long reached, long border, Func<bool> goOn)
    {
        var archives = series.Select(one => (Series: one, Archive: Archive(keeping, level, one))).Where(static one => one.Archive is not null).ToDictionary(static one => one.Archive!.Id, static one => one.Series);
        var removed = 0L;
        while (archives.Count > 0)
        {
            if (!goOn())
            {
                return null;
            }

            lock (store.WriteLock)
            {
                if (Window(archives.Keys, reached, border, StepInto(keeping, level)) is not { } window)
                {
                    return removed;
                }

                try
                {
                    removed += Age(keeping, level, archives, window.From, window.Until, reached);
                }
                catch (DamagedPointsException damage) when (Whose(damage, keeping, level, archives) is var whose and not 0)
                {
                    // It stays as it is, for whoever can mend it; the others go on without it.
                    store.Noted(damage, archives[whose]);
                    archives.Remove(whose);
                }
            }
        }

        return removed;
    }

    /// <returns>Of those that are aged the one that has the damage, in its own points or in those they go into; 0: none.</returns>
    private static uint Whose(DamagedPointsException damage, SeriesKeeping keeping, int level, Dictionary<uint, SeriesEntry> archives) =>
        archives.ContainsKey(damage.Series) ? damage.Series
            : level + 1 < keeping.Archives.Count ? archives.FirstOrDefault(pair => Archive(keeping, level + 1, pair.Value)?.Id == damage.Series).Key
            : 0;

    /// <summary>The oldest stretch of what is due that is not too much for one transaction.</summary>
    private (long From, long Until)? Window(IEnumerable<uint> ids, long reached, long border, uint step)
    {
        var list = string.Join(',', ids);
        var (count, oldest) = (0L, long.MaxValue);
        foreach (var (counted, first, table, from) in ((string, string, string, string)[])[
            ("count(*)", "time", "points", "time >= 0"), ("sum(count)", "first", "packed_points", $"last >= {reached}"), ("count(*)", "time", "rollups", $"time >= {reached}")])
        {
            using var reader = store.WriterConnection.Query(string.Create(CultureInfo.InvariantCulture,
                $"SELECT coalesce({counted}, 0)::BIGINT, coalesce(min({first})::BIGINT, {long.MaxValue}) FROM {table} WHERE series IN ({list}) AND {from} AND {first} < {border}"));
            while (reader.Read())
            {
                count += reader.Column(0).Values<long>()[0];
                oldest = Math.Min(oldest, reader.Column(1).Values<long>()[0]);
            }
        }

        if (count == 0)
        {
            return null;
        }

        oldest = oldest / step * step;
        // Points are taken to lie evenly; where they do not, a transaction is a longer one.
        var length = (long)((border - oldest) * Math.Min(1, (double)PointsAtOnce / count)) / step * step;
        return (oldest, Math.Min(border, oldest + Math.Max(step, length)));
    }

    private long Age(SeriesKeeping keeping, int level, Dictionary<uint, SeriesEntry> archives, long from, long until, long reached)
    {
        var connection = store.WriterConnection;
        using var table = new PointTable(connection, store.Series);
        var removed = 0L;
        try
        {
            Announce(keeping, level, archives.Values, table);
            connection.InTransaction(() =>
            {
                if (level + 1 < keeping.Archives.Count)
                {
                    var due = PointReader.Read(connection, archives.Keys, from, until - 1, CancellationToken.None, Math.Max(from, reached));
                    var made = new AgedPoints(store, keeping, level, archives, from, until);
                    made.Make(due);
                    Remove(made.Replaced);
                    table.SavePacked(made.Rows);
                    RollupTable.Save(connection, made.Summaries);
                }

                var list = string.Join(',', archives.Keys);
                removed += connection.Execute(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM points WHERE series IN ({list}) AND time >= {from} AND time < {until}"));
                removed += PackedPointTable.Remove(connection, archives.Keys, Math.Max(from, reached), until);
                connection.Execute(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM rollups WHERE series IN ({list}) AND time >= {from} AND time < {until}"));
            });
        }
        catch
        {
            // What was numbered is not there.
            table.Reload();
            throw;
        }

        table.Commit();
        store.Committed([], []);
        return removed;
    }

    /// <summary>Archives are there, and known to readers, before points move into them: who reads meanwhile sees them here or there.</summary>
    private void Announce(SeriesKeeping keeping, int level, IEnumerable<SeriesEntry> series, PointTable table)
    {
        if (level + 1 < keeping.Archives.Count && series.Where(one => Archive(keeping, level + 1, one) is null).Select(one => store.Series.WantCoarser(one, keeping.Archives[level + 1].Step)).ToList() is { Count: > 0 } missing)
        {
            store.WriterConnection.InTransaction(() => table.NumberAll(missing));
            table.Commit();
        }
    }

    /// <summary>Takes out points that have arrived; among packed ones what is written later counts more anyway.</summary>
    private void Remove(List<(uint Series, uint Time)> replaced)
    {
        foreach (var some in replaced.Chunk(SeriesAtOnce))
        {
            var list = string.Join(',', some.Select(static one => string.Create(CultureInfo.InvariantCulture, $"({one.Series},{one.Time})")));
            store.WriterConnection.Execute($"DELETE FROM points USING (VALUES {list}) gone(series, time) WHERE points.series = gone.series AND points.time = gone.time");
        }
    }
}
