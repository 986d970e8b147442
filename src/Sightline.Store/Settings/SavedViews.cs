using Dapper;

namespace Sightline.Store.Settings;

/// <summary>Saved views, kept in memory between writes.</summary>
public sealed class SavedViews : IDisposable
{
    public const int LongestName = 80;
    private const int LongestQuery = 4000;
    private const int MostViews = 200;

    private readonly SettingsDb _db;
    private readonly TimeProvider _time;
    private readonly PerProject<IReadOnlyList<SavedView>> _known;

    public SavedViews(SettingsDb db, TimeProvider time)
    {
        (_db, _time) = (db, time);
        _known = new PerProject<IReadOnlyList<SavedView>>(db, static (connection, project) =>
            [.. connection.Query<(long, string, string)>("SELECT id, name, query FROM saved_views WHERE project = @project ORDER BY name COLLATE NOCASE, id", new { project })
                .Select(row => new SavedView(row.Item1, row.Item2, row.Item3))]);
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<SavedView> Of(uint project) => _known.Of(project);

    /// <summary>Saves a view; one of the same name is replaced.</summary>
    /// <exception cref="InvalidSettingException">Name or view cannot be kept.</exception>
    public void Save(uint project, string name, string query)
    {
        var clean = name.Trim();
        if (clean.Length is 0 or > LongestName || clean.Any(char.IsControl))
        {
            throw new InvalidSettingException($"the name of a view has 1 to {LongestName} characters, without line breaks");
        }

        if (query.Length > LongestQuery)
        {
            throw new InvalidSettingException("this view has more filters than can be saved");
        }

        _db.Write(connection =>
        {
            if (connection.ExecuteScalar<int>("SELECT count(*) FROM saved_views WHERE project = @project AND name <> @clean", new { project, clean }) >= MostViews)
            {
                throw new InvalidSettingException($"a project has at most {MostViews} saved views");
            }

            return connection.Execute(
                """
                INSERT INTO saved_views(project, name, query, created_ms) VALUES (@project, @clean, @query, @now)
                ON CONFLICT(project, name) DO UPDATE SET query = excluded.query
                """,
                new { project, clean, query, now = _time.GetUtcNow().ToUnixTimeMilliseconds() });
        });
    }

    /// <summary><see langword="false"/>: the project has no such view.</summary>
    public bool Remove(uint project, long id) => _db.Write(connection => connection.Execute("DELETE FROM saved_views WHERE project = @project AND id = @id", new { project, id }) > 0);

    public void Dispose() => _known.Dispose();
}
