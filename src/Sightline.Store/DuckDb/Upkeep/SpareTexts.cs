using System.Collections;
using System.Globalization;
using Sightline.Store.DuckDb.Months;

namespace Sightline.Store.DuckDb.Upkeep;

/// <summary>
/// Removes texts of a project that nothing uses any more: a text may tell more of a person than the visitor's hash. The files of months
/// are looked through before the writer is held up, for they do not change; what is left is held against the rest in the transaction.
/// </summary>
internal sealed class SpareTexts : IDisposable
{
    private readonly uint _project;
    private readonly List<uint> _candidates = [];
    private readonly DuckDbConnection _connection;
    private readonly BatchTable _spare;

    /// <param name="store">The store.</param>
    /// <param name="project">Whose texts.</param>
    /// <param name="files">Files that will count; the maintenance lock keeps them so.</param>
    public SpareTexts(EventStore store, uint project, IEnumerable<MonthFile> files)
    {
        _project = project;
        _connection = store.WriterConnection;
        _spare = new BatchTable(_connection, "spare_texts", "id UINTEGER NOT NULL", DuckDbType.UInteger);
        using var snapshot = store.OpenSnapshot(0, 0, 0);
        var used = new BitArray((int)Math.Min(int.MaxValue, 1 + (snapshot.Connection.ScalarLong("SELECT max(id) FROM strings") ?? 0)));
        foreach (var file in files)
        {
            foreach (var column in (string[])["name", "host", "path", "title", "currency"])
            {
                foreach (var id in Ids(snapshot.Connection, string.Create(CultureInfo.InvariantCulture, $"SELECT DISTINCT {column} FROM {file.Table} WHERE project = {project}")))
                {
                    used[(int)id] = true;
                }
            }
        }

        _candidates.AddRange(Ids(snapshot.Connection, string.Create(CultureInfo.InvariantCulture, $"SELECT id FROM strings WHERE project = {project} ORDER BY id")).Where(id => !used[(int)id]));
    }

    /// <summary>In a transaction, after the rows are gone. The newest text of all is emptied instead of removed: ids go on from it and are never used twice.</summary>
    public long Remove(Func<FormattableString, long> run)
    {
        using (var appender = _spare.Begin())
        {
            foreach (var id in _candidates)
            {
                _spare.Rows.Set(0, appender.Next(), id);
            }

            appender.Finish();
        }

        run($"""
            DELETE FROM temp.spare_texts WHERE id IN (
                SELECT unnest([name, host, path, title, currency]) FROM events WHERE project = {_project}
                UNION ALL
                SELECT unnest([entry_page, exit_page, source, referrer, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content, country, region, city,
                    "language", device, browser, browser_version, os, os_version, screen]) FROM sessions WHERE project = {_project})
            """);
        run($"UPDATE strings SET text = '', hash = 0 WHERE id = (SELECT max(id) FROM strings) AND id IN (SELECT id FROM temp.spare_texts)");
        var removed = run($"DELETE FROM strings WHERE id <> (SELECT max(id) FROM strings) AND id IN (SELECT id FROM temp.spare_texts)");
        run($"DROP TABLE temp.spare_texts");
        return removed;
    }

    public void Dispose() => _spare.Dispose();

    private static IEnumerable<uint> Ids(DuckDbConnection connection, string sql)
    {
        using var reader = connection.Query(sql);
        while (reader.Read())
        {
            for (var row = 0; row < reader.Rows; row++)
            {
                yield return reader.Column(0).Values<uint>()[row];
            }
        }
    }
}
