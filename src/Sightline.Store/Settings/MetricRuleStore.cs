using System.Collections.Concurrent;
using Dapper;

namespace Sightline.Store.Settings;

/// <summary>Rules that give the names of a project's metrics tags, as they were typed; kept in memory between writes.</summary>
public sealed class MetricRuleStore : IDisposable
{
    private const int LongestText = 64 * 1024;

    private readonly SettingsDb _db;
    private readonly ConcurrentDictionary<uint, string> _known = new();

    public MetricRuleStore(SettingsDb db)
    {
        _db = db;
        db.Written += _known.Clear;
    }

    /// <summary>A rule a line; empty: none.</summary>
    public string Of(uint project) =>
        _known.GetOrAdd(project, id => _db.Read(connection => connection.ExecuteScalar<string?>("SELECT text FROM metric_rules WHERE project = @id", new { id })) ?? "");

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

    public void Dispose() => _db.Written -= _known.Clear;
}
