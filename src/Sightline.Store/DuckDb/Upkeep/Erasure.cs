using System.Globalization;
using Sightline.Store.DuckDb.Months;

namespace Sightline.Store.DuckDb.Upkeep;

/// <summary>Removes visits with all that came of them, wherever it rests: months' files that hold some are written anew without them.</summary>
internal sealed class Erasure(EventStore store)
{
    /// <summary>Beside the writer; the last one holds it up, so that it cannot be too late again.</summary>
    private const int Attempts = 3;

    /// <param name="project">The project.</param>
    /// <param name="sessionFilter">Which visits: a condition on <c>sessions s</c>.</param>
    /// <param name="identityFilter">Which rows of <c>identities</c>.</param>
    /// <param name="mentions">Samples that contain one of these texts go, too.</param>
    public ErasedData Run(uint project, string sessionFilter, string identityFilter, IReadOnlyList<string> mentions)
    {
        for (var attempt = 1; attempt < Attempts; attempt++)
        {
            if (TryRun(project, sessionFilter, identityFilter, mentions) is { } erased)
            {
                return erased;
            }
        }

        lock (store.WriteLock)
        {
            return TryRun(project, sessionFilter, identityFilter, mentions) ?? throw new InvalidOperationException("The store changed while its writer was held up.");
        }
    }

    /// <returns><see langword="null"/>: the writer gave some of it to visits that were not known when the files were written.</returns>
    private ErasedData? TryRun(uint project, string sessionFilter, string identityFilter, IReadOnlyList<string> mentions)
    {
        using var rewrites = new MonthRewrites(store);
        var (ids, events) = Rewrite(rewrites, project, sessionFilter);
        using var texts = ids.Count == 0 ? null : new SpareTexts(store, project, Remaining(rewrites));
        var (visits, visitors, samples, spare) = (0L, 0L, 0L, 0L);
        lock (store.WriteLock)
        {
            if (!Covers(ids, project, sessionFilter))
            {
                return null;
            }

            rewrites.Commit(() =>
            {
                Run($"CREATE OR REPLACE TEMP TABLE erased AS SELECT s.id FROM sessions s WHERE s.project = {project} AND {sessionFilter}");
                visitors = store.WriterConnection.ScalarLong(string.Create(CultureInfo.InvariantCulture,
                    $"SELECT count(DISTINCT visitor) FROM sessions WHERE project = {project} AND id IN (SELECT id FROM temp.erased)")) ?? 0;
                Run($"INSERT INTO temp.erased SELECT old_id FROM session_moves WHERE project = {project} AND new_id IN (SELECT id FROM temp.erased)");
                events += Run($"DELETE FROM events WHERE project = {project} AND session IN (SELECT id FROM temp.erased)");
                visits = Run($"DELETE FROM sessions WHERE project = {project} AND id IN (SELECT id FROM temp.erased)");
                Run($"DELETE FROM session_cuts WHERE project = {project} AND new_id IN (SELECT id FROM temp.erased)");
                Run($"DELETE FROM identities WHERE project = {project} AND {identityFilter}");
                Run($"DROP TABLE temp.erased");
                RemoveMovesWithoutVisit(project);
                samples = RemoveSamples(project, mentions);
                spare = texts?.Remove(Run) ?? 0;
            });
            store.Erased(project);
        }

        return new ErasedData(events, visits, visitors, samples, spare, rewrites.Files.Count());
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
                Run($"DELETE FROM rollups WHERE series IN (SELECT id FROM series WHERE project = {project})");
                Run($"DELETE FROM series_keeping WHERE series IN (SELECT id FROM series WHERE project = {project})");
                Run($"DELETE FROM packed_points WHERE series IN (SELECT id FROM series WHERE project = {project})");
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

    private (HashSet<uint> Visits, long Events) Rewrite(MonthRewrites rewrites, uint project, string sessionFilter)
    {
        using var snapshot = store.OpenSnapshot(project, long.MinValue, long.MaxValue);
        var (ids, from, to) = Visits(snapshot.Connection, project, sessionFilter);
        if (ids.Count == 0)
        {
            return (ids, 0);
        }

        store.RewriteStep?.Invoke("visits");
        var gone = string.Create(CultureInfo.InvariantCulture, $"project = {project} AND session IN ({string.Join(',', ids)})");
        var cuts = SessionCuts.Read(snapshot.Connection, project);
        return (ids, store.Months.Current.Where(file => file.Month.Overlaps(from, to + 1))
            .Sum(file => Rewrite(rewrites, snapshot, file, SessionCuts.Through(file, cuts), gone)));
    }

    /// <summary>
    /// The files that were written lack everything that is to go: settled events come to a visit that was not there before only when a
    /// visit is cut.
    /// </summary>
    private bool Covers(HashSet<uint> known, uint project, string sessionFilter)
    {
        var now = Visits(store.WriterConnection, project, sessionFilter).Ids;
        now.ExceptWith(known);
        return now.Count == 0 || (known.Count > 0 && !SessionCuts.Read(store.WriterConnection, project).Exists(cut => now.Contains(cut.NewId)));
    }

    private long RemoveSamples(uint project, IReadOnlyList<string> mentions)
    {
        using var delete = store.WriterConnection.Prepare("DELETE FROM drop_samples WHERE project = $1 AND contains(lower(sample), lower($2))");
        return mentions.Sum(text => delete.Bind(1, (long)project).Bind(2, text).Execute());
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
    private static (HashSet<uint> Ids, long FromMs, long ToMs) Visits(DuckDbConnection connection, uint project, string sessionFilter)
    {
        var (ids, from, to) = (new HashSet<uint>(), long.MaxValue, long.MinValue);
        using var reader = connection.Query(string.Create(CultureInfo.InvariantCulture, $"""
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
