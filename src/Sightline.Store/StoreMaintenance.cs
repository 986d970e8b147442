using System.Globalization;
using Sightline.Store.DuckDb;

namespace Sightline.Store;

/// <summary>
/// What is done to the store besides writing batches: checkpoints, retention, erasure. Each step holds the writer back only for its
/// own transaction. Get it from <see cref="EventStore.Maintenance"/>.
/// </summary>
public sealed class StoreMaintenance
{
    private const long DayMs = 86_400_000;

    private readonly EventStore _store;

    internal StoreMaintenance(EventStore store) => _store = store;

    /// <summary>
    /// Moves what was committed from the write-ahead log into the database file, if there is something. Called every ten seconds or so,
    /// it keeps the log small: a restart replays it, and a commit that finds it too large would checkpoint by itself.
    /// </summary>
    /// <returns><see langword="false"/>: not now, for readers still need what a checkpoint would replace; try again later.</returns>
    public bool Checkpoint()
    {
        lock (_store.WriteLock)
        {
            if (!_store.Dirty)
            {
                return true;
            }

            try
            {
                _store.WriterConnection.Execute("CHECKPOINT");
            }
            catch (DuckDbException failure) when (failure.Message.StartsWith("TransactionContext", StringComparison.Ordinal))
            {
                return false;
            }

            _store.Checkpointed();
            return true;
        }
    }

    /// <summary>Removes what is older than a time: events day by day, then visits that ended before it, keys, samples and texts no longer used.</summary>
    /// <returns>Events removed.</returns>
    public long DeleteBefore(uint project, long timeMs, CancellationToken cancel = default)
    {
        var removed = 0L;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            lock (_store.WriteLock)
            {
                var oldest = _store.WriterConnection.ScalarLong(string.Create(CultureInfo.InvariantCulture,
                    $"SELECT min(time_ms) FROM events WHERE project = {project} AND time_ms < {timeMs}"), cancel);
                if (oldest is null)
                {
                    break;
                }

                var until = Math.Min(timeMs, (DayGenerations.UtcDay(oldest.Value) + 1) * DayMs);
                removed += Change(project, run =>
                {
                    MoveBorder(project, timeMs, run);
                    return run($"DELETE FROM events WHERE project = {project} AND time_ms < {until}");
                });
            }
        }

        lock (_store.WriteLock)
        {
            var old = Change(project, run => run($"DELETE FROM sessions WHERE project = {project} AND end_ms < {timeMs}")
                + run($"DELETE FROM dedup_keys WHERE project = {project} AND time_ms < {timeMs}")
                + run($"DELETE FROM retry_keys WHERE project = {project} AND time_ms < {timeMs}")
                + run($"DELETE FROM drop_samples WHERE project = {project} AND time_ms < {timeMs}"));
            if (removed + old > 0)
            {
                Change(project, run => RemoveMovesWithoutVisit(project, run) + RemoveUnusedTexts(project, run));
            }
        }

        return removed;
    }

    /// <summary>
    /// Forgets keys of events older than a time that were made for sending them again (<see cref="Sightline.Core.Model.Event.IsRetryKey"/>).
    /// Other keys stay as long as events.
    /// </summary>
    /// <returns>Keys forgotten.</returns>
    public long ForgetRetryKeys(long timeMs)
    {
        lock (_store.WriteLock)
        {
            return _store.WriterConnection.Execute(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM retry_keys WHERE time_ms < {timeMs}"));
        }
    }

    /// <summary>Removes all that is stored of a visitor. Idempotency keys stay: they name no one.</summary>
    /// <returns>Events removed.</returns>
    public long EraseVisitor(uint project, ulong visitor) => Erase(project, $"s.visitor = {visitor}", $"visitor = {visitor}");

    /// <summary>Removes all that is stored of a person, under whatever visitor ids the person is known.</summary>
    /// <returns>Events removed.</returns>
    public long ErasePerson(uint project, ulong person) => Erase(project,
        $"(s.person = {person} OR s.visitor = {person} OR s.visitor IN (SELECT visitor FROM identities WHERE project = {project} AND person = {person}))",
        $"(visitor = {person} OR person = {person})");

    /// <summary>Removes everything of a project.</summary>
    /// <returns>Events removed.</returns>
    public long RemoveProject(uint project)
    {
        lock (_store.WriteLock)
        {
            var events = 0L;
            Change(project, run =>
            {
                events = run($"DELETE FROM events WHERE project = {project}");
                foreach (var table in (string[])["sessions", "session_moves", "identities", "dedup_keys", "retry_keys", "received", "drops", "drop_samples", "imports", "retention_borders"])
                {
                    run($"DELETE FROM {table} WHERE project = {project}");
                }

                return RemoveUnusedTexts(project, run);
            });
            return events;
        }
    }

    private long Erase(uint project, string sessionFilter, string identityFilter)
    {
        lock (_store.WriteLock)
        {
            var events = 0L;
            Change(project, run =>
            {
                run($"CREATE OR REPLACE TEMP TABLE erased AS SELECT s.id FROM sessions s WHERE s.project = {project} AND {sessionFilter}");
                run($"INSERT INTO temp.erased SELECT old_id FROM session_moves WHERE project = {project} AND new_id IN (SELECT id FROM temp.erased)");
                events = run($"DELETE FROM events WHERE project = {project} AND session IN (SELECT id FROM temp.erased)");
                run($"DELETE FROM sessions WHERE project = {project} AND id IN (SELECT id FROM temp.erased)");
                run($"DELETE FROM identities WHERE project = {project} AND {identityFilter}");
                run($"DROP TABLE temp.erased");
                return RemoveMovesWithoutVisit(project, run) + RemoveUnusedTexts(project, run);
            });
            return events;
        }
    }

    /// <summary>Tells readers which visits may have lost events: those that began before the border. It goes ahead of the removal, never behind.</summary>
    private static void MoveBorder(uint project, long timeMs, Func<FormattableString, long> run)
    {
        run($"INSERT INTO retention_borders SELECT {project}, {timeMs} WHERE NOT EXISTS (SELECT 1 FROM retention_borders WHERE project = {project})");
        run($"UPDATE retention_borders SET before_ms = {timeMs} WHERE project = {project} AND before_ms < {timeMs}");
    }

    private static long RemoveMovesWithoutVisit(uint project, Func<FormattableString, long> run) => run($"""
        DELETE FROM session_moves WHERE project = {project} AND new_id NOT IN (SELECT id FROM sessions WHERE project = {project})
        """);

    /// <summary>
    /// A text may tell more of a person than the visitor's hash. The newest text of all is emptied instead of removed: ids go on from
    /// it and are never used twice.
    /// </summary>
    private static long RemoveUnusedTexts(uint project, Func<FormattableString, long> run)
    {
        run($"""
            CREATE OR REPLACE TEMP TABLE used_texts AS SELECT DISTINCT id FROM (
                SELECT unnest([name, host, path, title, currency]) AS id FROM events WHERE project = {project}
                UNION ALL
                SELECT unnest([entry_page, exit_page, source, referrer, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content, country, region, city,
                    "language", device, browser, browser_version, os, os_version, screen]) FROM sessions WHERE project = {project})
            """);
        run($"""
            UPDATE strings SET text = '', hash = 0 WHERE project = {project} AND id = (SELECT max(id) FROM strings) AND id NOT IN (SELECT id FROM temp.used_texts)
            """);
        var removed = run($"""
            DELETE FROM strings WHERE project = {project} AND id <> (SELECT max(id) FROM strings) AND id NOT IN (SELECT id FROM temp.used_texts)
            """);
        run($"DROP TABLE temp.used_texts");
        return removed;
    }

    private long Change(uint project, Func<Func<FormattableString, long>, long> change)
    {
        var changed = 0L;
        _store.WriterConnection.InTransaction(() => changed = change(sql => _store.WriterConnection.Execute(FormattableString.Invariant(sql))));
        _store.Erased(project);
        return changed;
    }
}
