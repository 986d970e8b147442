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
    private readonly PerProject<LineRules> _lines;
    private readonly ConcurrentDictionary<(string Rewrites, string Aggregates), LineRules> _readLines = new();

    public StorageRuleStore(SettingsDb db)
    {
        _db = db;
        _texts = new PerProject<StorageRules>(db, Read);
        _rules = new PerProject<KeepingRules>(db, (connection, project) => _read.GetOrAdd(Read(connection, project) with { Rewrites = "", Aggregates = "" }, static texts => KeepingRules.Parse(texts.Schemas, texts.Aggregation)));
        _lines = new PerProject<LineRules>(db, (connection, project) =>
        {
            var texts = Read(connection, project);
            return _readLines.GetOrAdd((texts.Rewrites, texts.Aggregates), static key => LineRules.Parse(key.Rewrites, key.Aggregates));
        });
    }

    public StorageRules Of(uint project) => _texts.Of(project);

    /// <summary>The same, read: one object for as long as nothing changes.</summary>
    public KeepingRules RulesOf(uint project) => _rules.Of(project);

    /// <summary>What becomes of the names that come, read: one object for as long as nothing changes.</summary>
    public LineRules LinesOf(uint project) => _lines.Of(project);

    /// <exception cref="InvalidSettingException">They cannot be read, or are too long.</exception>
    public void Set(uint project, StorageRules texts)
    {
        if (new[] { texts.Schemas, texts.Aggregation, texts.Rewrites, texts.Aggregates }.Any(static text => text.Length > LongestText))
        {
            throw new InvalidSettingException($"a file has at most {LongestText} characters");
        }

        var rules = KeepingRules.Parse(texts.Schemas, texts.Aggregation);
        var lines = LineRules.Parse(texts.Rewrites, texts.Aggregates);
        IReadOnlyList<ConfigFault> faults = [.. rules.Schemas.Faults, .. rules.Aggregation.Faults, .. lines.Rewrites.Faults, .. lines.Aggregations.Faults];
        if (faults.Count > 0)
        {
            throw new InvalidSettingException(string.Join("; ", faults));
        }

        // Those that nobody has any more would stay for ever.
        _read.Clear();
        _readLines.Clear();
        _db.Write(connection => connection.Execute(
            """
            INSERT INTO storage_rules(project, schemas, aggregation, rewrites, aggregates) VALUES (@project, @Schemas, @Aggregation, @Rewrites, @Aggregates)
            ON CONFLICT(project) DO UPDATE SET schemas = excluded.schemas, aggregation = excluded.aggregation, rewrites = excluded.rewrites, aggregates = excluded.aggregates
            """,
            new { project, texts.Schemas, texts.Aggregation, texts.Rewrites, texts.Aggregates }));
    }

    public void Dispose()
    {
        _texts.Dispose();
        _rules.Dispose();
        _lines.Dispose();
    }

    private static StorageRules Read(SqliteConnection connection, uint project) =>
        connection.QuerySingleOrDefault<StorageRules>("SELECT schemas AS Schemas, aggregation AS Aggregation, rewrites AS Rewrites, aggregates AS Aggregates FROM storage_rules WHERE project = @project", new { project }) ?? StorageRules.None;
}
