using System.Globalization;
using Sightline.Store.DuckDb.Months;

namespace Sightline.Store.DuckDb.Upkeep;

/// <summary>
/// Removes what is older than a border: of settled months by writing the file anew without it, or by deleting the file when nothing is
/// left; of the others day by day, so that the writer waits for a day at most.
/// </summary>
internal sealed class Retention(EventStore store)
{
    private const long DayMs = 86_400_000;

    private readonly Dictionary<uint, long> _removed = [];

    /// <param name="borders">For each project the time before which nothing is kept, Unix milliseconds.</param>
    /// <param name="cancel">Ends it between two steps.</param>
    /// <returns>Events removed, by project.</returns>
    public Dictionary<uint, long> Run(IReadOnlyDictionary<uint, long> borders, CancellationToken cancel)
    {
        foreach (var file in store.Months.Current)
        {
            cancel.ThrowIfCancellationRequested();
            RunMonth(file, borders, cancel);
        }

        foreach (var (project, border) in borders)
        {
            RunProject(project, border, cancel);
        }

        return _removed;
    }

    private void RunMonth(MonthFile file, IReadOnlyDictionary<uint, long> borders, CancellationToken cancel)
    {
        var gone = new Dictionary<uint, long>();
        using (var snapshot = store.OpenSnapshot(0, file.Month.StartMs, file.Month.EndMs))
        {
            foreach (var (project, border) in borders.Where(border => border.Value > file.Month.StartMs))
            {
                var events = snapshot.Connection.ScalarLong($"SELECT count(*) FROM {file.Table} WHERE {Gone(project, border)}", cancel) ?? 0;
                if (events > 0)
                {
                    gone.Add(project, events);
                }
            }
        }

        if (gone.Count == 0)
        {
            return;
        }

        using var rewrites = new MonthRewrites(store);
        if (!rewrites.Add(file.Month, takesMain: false, $"NOT ({string.Join(" OR ", gone.Keys.Select(project => $"({Gone(project, borders[project])})"))})",
            () => !cancel.IsCancellationRequested))
        {
            cancel.ThrowIfCancellationRequested();
        }

        lock (store.WriteLock)
        {
            rewrites.Commit(() =>
            {
                foreach (var project in gone.Keys)
                {
                    MoveBorder(project, borders[project]);
                    RemoveFromMain(project, Math.Min(borders[project], file.Month.EndMs));
                }
            });
            foreach (var (project, events) in gone)
            {
                store.Erased(project);
                _removed[project] = _removed.GetValueOrDefault(project) + events;
            }
        }
    }

    private void RunProject(uint project, long border, CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            lock (store.WriteLock)
            {
                var oldest = store.WriterConnection.ScalarLong($"SELECT min(time_ms) FROM events WHERE {Gone(project, border)}", cancel);
                if (oldest is null)
                {
                    break;
                }

                var until = Math.Min(border, (DayGenerations.UtcDay(oldest.Value) + 1) * DayMs);
                store.WriterConnection.InTransaction(() =>
                {
                    MoveBorder(project, border);
                    RemoveFromMain(project, until);
                });
                store.Erased(project);
            }
        }

        RemoveRest(project, border);
    }

    /// <summary>Visits that ended before, keys and samples of that time, and what nothing uses any more.</summary>
    private void RemoveRest(uint project, long border)
    {
        var old = 0L;
        lock (store.WriteLock)
        {
            store.WriterConnection.InTransaction(() => old = Run($"DELETE FROM sessions WHERE project = {project} AND end_ms < {border}")
                + Run($"DELETE FROM dedup_keys WHERE project = {project} AND time_ms < {border}")
                + Run($"DELETE FROM retry_keys WHERE project = {project} AND time_ms < {border}")
                + Run($"DELETE FROM drop_samples WHERE project = {project} AND time_ms < {border}"));
        }

        if (old + _removed.GetValueOrDefault(project) == 0)
        {
            return;
        }

        using var texts = new SpareTexts(store, project, store.Months.Current);
        lock (store.WriteLock)
        {
            store.WriterConnection.InTransaction(() =>
            {
                Run($"DELETE FROM session_moves WHERE project = {project} AND new_id NOT IN (SELECT id FROM sessions WHERE project = {project})");
                texts.Remove(Run);
            });
            store.Erased(project);
        }
    }

    /// <summary>Tells readers which visits may have lost events: those that began before the border. It goes ahead of the removal, never behind.</summary>
    private void MoveBorder(uint project, long border)
    {
        Run($"INSERT INTO retention_borders SELECT {project}, {border} WHERE NOT EXISTS (SELECT 1 FROM retention_borders WHERE project = {project})");
        Run($"UPDATE retention_borders SET before_ms = {border} WHERE project = {project} AND before_ms < {border}");
    }

    private void RemoveFromMain(uint project, long until)
    {
        var events = Run($"DELETE FROM events WHERE {Gone(project, until)}");
        Run($"DELETE FROM sessions WHERE project = {project} AND end_ms < {until}");
        _removed[project] = _removed.GetValueOrDefault(project) + events;
    }

    private static string Gone(uint project, long until) => string.Create(CultureInfo.InvariantCulture, $"project = {project} AND time_ms < {until}");

    private long Run(FormattableString sql) => store.WriterConnection.Execute(FormattableString.Invariant(sql));
}
