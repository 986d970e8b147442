using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;
using Sightline.Core.Wire.Graphite;

namespace Sightline.Store.Settings;

/// <summary>How projects' metrics are kept; kept in memory between writes.</summary>
public sealed class StorageRuleStore : IDisposable
{
    private const int LongestText = 64 * 1024;

    private readonly SettingsDb _db;
    private readonly PerProject<StorageRules> _texts;
    private readonly PerProject<KeepingRules> _rules;
    // Any write of settings makes projects be read again; who holds the rules of before must be able to see that they are the same.
    private readonly ConcurrentDictionary<StorageRules, KeepingRules> _read = new();

    public StorageRuleStore(SettingsDb db)
    {
        _db = db;
        _texts = new PerProject<StorageRules>(db, Read);
        _rules = new PerProject<KeepingRules>(db, (connection, project) => _read.GetOrAdd(Read(connection, project), static texts => KeepingRules.Parse(texts.Schemas, texts.Aggregation)));
    }

    public StorageRules Of(uint project) => _texts.Of(project);

    /// <summary>The same, read: one object for as long as nothing changes.</summary>
    public KeepingRules RulesOf(uint project) => _rules.Of(project);

    /// <exception cref="InvalidSettingException">They cannot be read, or are too long.</exception>
    public void Set(uint project, StorageRules texts)
    {
        if (texts.Schemas.Length > LongestText || texts.Aggregation.Length > LongestText)
        {
            throw new InvalidSettingException($"a file has at most {LongestText} characters");
        }

        var rules = KeepingRules.Parse(texts.Schemas, texts.Aggregation);
        if (rules.Schemas.Faults.Count + rules.Aggregation.Faults.Count > 0)
        {
            throw new InvalidSettingException(string.Join("; ", rules.Schemas.Faults.Concat(rules.Aggregation.Faults)));
        }

        // Those that nobody has any more would stay for ever.
        _read.Clear();
        _db.Write(connection => connection.Execute(
            "INSERT INTO storage_rules(project, schemas, aggregation) VALUES (@project, @Schemas, @Aggregation) ON CONFLICT(project) DO UPDATE SET schemas = excluded.schemas, aggregation = excluded.aggregation",
            new { project, texts.Schemas, texts.Aggregation }));
    }

    public void Dispose()
    {
        _texts.Dispose();
        _rules.Dispose();
    }

    private static StorageRules Read(SqliteConnection connection, uint project) =>
        connection.QuerySingleOrDefault<StorageRules>("SELECT schemas AS Schemas, aggregation AS Aggregation FROM storage_rules WHERE project = @project", new { project }) ?? StorageRules.None;
}
