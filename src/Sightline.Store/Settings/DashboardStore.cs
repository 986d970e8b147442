using Dapper;

namespace Sightline.Store.Settings;

/// <summary>Dashboards, kept in memory between writes.</summary>
public sealed class DashboardStore : IDisposable
{
    public const int LongestName = 80;
    private const int LongestDocument = 256 * 1024;
    private const int MostDashboards = 500;

    private readonly SettingsDb _db;
    private readonly TimeProvider _time;
    private readonly PerProject<IReadOnlyList<StoredDashboard>> _known;

    public DashboardStore(SettingsDb db, TimeProvider time)
    {
        (_db, _time) = (db, time);
        _known = new PerProject<IReadOnlyList<StoredDashboard>>(db, static (connection, project) =>
            [.. connection.Query<(long, string, string, long)>("SELECT id, name, document, changed_ms FROM dashboards WHERE project = @project ORDER BY name COLLATE NOCASE, id", new { project })
                .Select(row => new StoredDashboard(row.Item1, row.Item2, row.Item3, row.Item4))]);
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<StoredDashboard> Of(uint project) => _known.Of(project);

    public StoredDashboard? Find(uint project, long id) => Of(project).FirstOrDefault(dashboard => dashboard.Id == id);

    /// <returns>Its number.</returns>
    /// <exception cref="InvalidSettingException">Name or document cannot be kept.</exception>
    public long Add(uint project, string name, string document)
    {
        var clean = Checked(name, document);
        return _db.Write(connection =>
        {
            if (connection.ExecuteScalar<int>("SELECT count(*) FROM dashboards WHERE project = @project", new { project }) >= MostDashboards)
            {
                throw new InvalidSettingException($"a project has at most {MostDashboards} dashboards");
            }

            return connection.ExecuteScalar<long>(
                "INSERT INTO dashboards(project, name, document, changed_ms) VALUES (@project, @clean, @document, @now) RETURNING id",
                new { project, clean, document, now = _time.GetUtcNow().ToUnixTimeMilliseconds() });
        });
    }

    /// <summary>Changes a dashboard from what it is now; <see langword="false"/>: the project has no such dashboard.</summary>
    /// <exception cref="InvalidSettingException">Name or document cannot be kept.</exception>
    public bool Change(uint project, long id, Func<StoredDashboard, (string Name, string Document)> change) => _db.Write(connection =>
    {
        // Read within the write: two people who change different panels lose nothing.
        var row = connection.QuerySingleOrDefault<(long Id, string Name, string Document, long ChangedMs)?>("SELECT id, name, document, changed_ms FROM dashboards WHERE project = @project AND id = @id", new { project, id });
        if (row is not var (_, before, document, changed))
        {
            return false;
        }

        var (name, changedDocument) = change(new StoredDashboard(id, before, document, changed));
        var clean = Checked(name, changedDocument);
        return connection.Execute(
            "UPDATE dashboards SET name = @clean, document = @changedDocument, changed_ms = @now WHERE id = @id",
            new { id, clean, changedDocument, now = _time.GetUtcNow().ToUnixTimeMilliseconds() }) > 0;
    });

    /// <summary><see langword="false"/>: the project has no such dashboard.</summary>
    public bool Remove(uint project, long id) => _db.Write(connection => connection.Execute("DELETE FROM dashboards WHERE project = @project AND id = @id", new { project, id }) > 0);

    public void Dispose() => _known.Dispose();

    private static string Checked(string name, string document)
    {
        var clean = name.Trim();
        return clean.Length is 0 or > LongestName || clean.Any(char.IsControl) ? throw new InvalidSettingException($"the name of a dashboard has 1 to {LongestName} characters, without line breaks")
            : document.Length > LongestDocument ? throw new InvalidSettingException("this dashboard has more panels than can be kept")
            : clean;
    }
}
