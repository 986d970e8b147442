using System.Globalization;
using Sightline.Store.DuckDb.Months;

namespace Sightline.Store.DuckDb.Upkeep;

/// <summary>Removes visits with all that came of them, wherever it rests: months' files that hold some are written anew without them.</summary>
internal sealed class Erasure(EventStore store)
{
    /// <returns>Events removed.</returns>
    public long Run(uint project, string sessionFilter, string identityFilter)
    {
        using var rewrites = new MonthRewrites(store);
        var events = Rewrite(rewrites, project, sessionFilter);
        using var texts = new SpareTexts(store, project, Remaining(rewrites));
        lock (store.WriteLock)
        {
            rewrites.Commit(() =>
            {
                Run($"CREATE OR REPLACE TEMP TABLE erased AS SELECT s.id FROM sessions s WHERE s.project = {project} AND {sessionFilter}");
                Run($"INSERT INTO temp.erased SELECT old_id FROM session_moves WHERE project = {project} AND new_id IN (SELECT id FROM temp.erased)");
                events += Run($"DELETE FROM events WHERE project = {project} AND session IN (SELECT id FROM temp.erased)");
                Run($"DELETE FROM sessions WHERE project = {project} AND id IN (SELECT id FROM temp.erased)");
                Run($"DELETE FROM session_cuts WHERE project = {project} AND new_id IN (SELECT id FROM temp.erased)");
                Run($"DELETE FROM identities WHERE project = {project} AND {identityFilter}");
                Run($"DROP TABLE temp.erased");
                RemoveMovesWithoutVisit(project);
                texts.Remove(Run);
            });
            store.Erased(project);
        }

        return events;
    }

    /// <summary>Removes everything of a project.</summary>
    /// <returns>Events removed.</returns>
    public long RunProject(uint project)
    {
        using var rewrites = new MonthRewrites(store);
        var events = 0L;
        using (var snapshot = store.OpenSnapshot(0, long.MinValue, long.MaxValue))
        {
            foreach (var file in store.Months.Current)
            {
                events += Rewrite(rewrites, snapshot, file, file.Table, string.Create(CultureInfo.InvariantCulture, $"project = {project}"));
            }
        }

        lock (store.WriteLock)
        {
            rewrites.Commit(() =>
            {
                events += Run($"DELETE FROM events WHERE project = {project}");
                foreach (var table in (string[])["sessions", "session_moves", "session_cuts", "identities", "dedup_keys", "retry_keys", "received", "drops", "drop_samples", "imports",
                    "retention_borders"])
                {
                    Run($"DELETE FROM {table} WHERE project = {project}");
                }

                // The greatest id stays taken, so that no later series gets the points of a batch that was under way.
                Run($"DELETE FROM points WHERE series IN (SELECT id FROM series WHERE project = {project})");
                Run($"DELETE FROM sorted_points WHERE series IN (SELECT id FROM series WHERE project = {project})");
                Run($"UPDATE series SET project = 0, name = '' WHERE project = {project} AND id = (SELECT max(id) FROM series)");
                Run($"DELETE FROM series WHERE project = {project}");
                Run($"UPDATE strings SET text = '', hash = 0 WHERE project = {project} AND id = (SELECT max(id) FROM strings)");
                Run($"DELETE FROM strings WHERE project = {project} AND id <> (SELECT max(id) FROM strings)");
            });
            store.Series.Forget(project);
            store.Erased(project);
        }

        return events;
    }

    private long Rewrite(MonthRewrites rewrites, uint project, string sessionFilter)
    {
        using var snapshot = store.OpenSnapshot(project, long.MinValue, long.MaxValue);
        var (ids, from, to) = Visits(snapshot, project, sessionFilter);
        if (ids.Count == 0)
        {
            return 0;
        }

        var gone = string.Create(CultureInfo.InvariantCulture, $"project = {project} AND session IN ({string.Join(',', ids)})");
        var cuts = SessionCuts.Read(snapshot.Connection, project);
        return store.Months.Current.Where(file => file.Month.Overlaps(from, to + 1))
            .Sum(file => Rewrite(rewrites, snapshot, file, SessionCuts.Through(file, cuts), gone));
    }

    private static long Rewrite(MonthRewrites rewrites, StoreSnapshot snapshot, MonthFile file, string table, string gone)
    {
        var events = snapshot.Connection.ScalarLong($"SELECT count(*) FROM {table} WHERE {gone}") ?? 0;
        if (events > 0)
        {
            rewrites.Add(file.Month, takesMain: false, $"NOT ({gone})", static () => true);
        }

        return events;
    }

    /// <summary>Ids of the visits, also those that became part of them, and the time from the first to the last.</summary>
    private static (List<uint> Ids, long FromMs, long ToMs) Visits(StoreSnapshot snapshot, uint project, string sessionFilter)
    {
        var (ids, from, to) = (new List<uint>(), long.MaxValue, long.MinValue);
        using var reader = snapshot.Connection.Query(string.Create(CultureInfo.InvariantCulture, $"""
            WITH gone AS (SELECT s.id, s.start_ms, s.end_ms FROM sessions s WHERE s.project = {project} AND {sessionFilter})
            SELECT id, start_ms, end_ms FROM gone
            UNION ALL SELECT m.old_id, gone.start_ms, gone.end_ms FROM session_moves m JOIN gone ON gone.id = m.new_id WHERE m.project = {project}
            """));
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                ids.Add(reader.Column(0).Values<uint>()[row]);
                from = Math.Min(from, reader.Column(1).Values<long>()[row]);
                to = Math.Max(to, reader.Column(2).Values<long>()[row]);
            }
        }

        return (ids, from, to);
    }

    private IEnumerable<MonthFile> Remaining(MonthRewrites rewrites) =>
        store.Months.Current.Where(file => rewrites.Files.All(rewritten => rewritten.Month != file.Month)).Concat(rewrites.Files.Where(file => file.Rows > 0));

    private void RemoveMovesWithoutVisit(uint project) =>
        Run($"DELETE FROM session_moves WHERE project = {project} AND new_id NOT IN (SELECT id FROM sessions WHERE project = {project})");

    private long Run(FormattableString sql) => store.WriterConnection.Execute(FormattableString.Invariant(sql));
}
