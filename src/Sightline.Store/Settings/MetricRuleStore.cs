using Dapper;

namespace Sightline.Store.Settings;

/// <summary>Rules that give the names of a project's metrics tags, as they were typed; kept in memory between writes.</summary>
public sealed class MetricRuleStore : IDisposable
{
    private const int LongestText = 64 * 1024;

    private readonly SettingsDb _db;
    private readonly PerProject<string> _known;

    public MetricRuleStore(SettingsDb db)
    {
        _db = db;
        _known = new PerProject<string>(db, static (connection, project) => connection.ExecuteScalar<string?>("SELECT text FROM metric_rules WHERE project = @project", new { project }) ?? "");
    }

    /// <summary>A rule a line; empty: none.</summary>
    public string Of(uint project) => _known.Of(project);

    /// <exception cref="InvalidSettingException">They are too long.</exception>
    public void Set(uint project, string text)
    {
        if (text.Length > LongestText)
        {
            throw new InvalidSettingException($"rules have at most {LongestText} characters");
        }

        _db.Write(connection => connection.Execute(
            "INSERT INTO metric_rules(project, text) VALUES (@project, @text) ON CONFLICT(project) DO UPDATE SET text = excluded.text", new { project, text }));
    }

    public void Dispose() => _known.Dispose();
}
