using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sightline.Core.Queries;

namespace Sightline.Store.Settings;

/// <summary>Saved segments. Nothing is remembered between calls: a query sees a segment as it is now, whoever changed it.</summary>
public sealed class SegmentStore(SettingsDb db, TimeProvider time)
{
    public const int LongestName = 80;
    public const int Most = 500;

    /// <summary>By name.</summary>
    public IReadOnlyList<Segment> Of(uint project) => db.Read(connection => All(connection, project));

    /// <summary><see langword="null"/>: the project has no such segment.</summary>
    public Segment? Find(uint project, long id) => db.Read(connection => Find(connection, project, id));

    /// <exception cref="InvalidSettingException">The name cannot be used.</exception>
    /// <exception cref="InvalidQueryException">The filter names a segment that does not exist, or too many in a row.</exception>
    public Segment Add(uint project, string name, Filter filter) => db.Write(connection =>
    {
        var others = All(connection, project);
        if (others.Count >= Most)
        {
            throw new InvalidSettingException($"a project has at most {Most} segments");
        }

        var clean = Name(name, 0, others);
        SegmentReferences.Check(0, filter, others);
        var id = connection.ExecuteScalar<long>(
            "INSERT INTO segments(project, name, filter, changed_ms) VALUES (@project, @clean, @text, @now) RETURNING id",
            new { project, clean, text = FilterWriter.Text(filter), now = time.GetUtcNow().ToUnixTimeMilliseconds() });
        return new Segment(id, clean, filter, null);
    });

    /// <summary>Gives a segment another name and filter.</summary>
    /// <returns><see langword="null"/>: the project has no such segment.</returns>
    /// <exception cref="InvalidSettingException">The name cannot be used.</exception>
    /// <exception cref="InvalidQueryException">The filter names a segment that does not exist, or leads back to this one.</exception>
    public Segment? Change(uint project, long id, string name, Filter filter) => db.Write(connection =>
    {
        if (Find(connection, project, id) is not { } old)
        {
            return null;
        }

        var others = All(connection, project);
        var clean = Name(name, id, others);
        SegmentReferences.Check(id, filter, others);
        connection.Execute(
            "UPDATE segments SET name = @clean, filter = @text, changed_ms = @now WHERE id = @id",
            new { clean, text = FilterWriter.Text(filter), now = time.GetUtcNow().ToUnixTimeMilliseconds(), id });
        return old with { Name = clean, Filter = filter };
    });

    /// <returns><see langword="false"/>: the project has no such segment.</returns>
    /// <exception cref="SegmentInUseException">Others name it.</exception>
    public bool Remove(uint project, long id) => db.Write(connection =>
    {
        var users = All(connection, project).Where(segment => SegmentReferences.Of(segment.Filter).Any(used => used.Id == id)).Select(segment => segment.Name).ToList();
        return users.Count == 0
            ? connection.Execute("DELETE FROM segments WHERE project = @project AND id = @id", new { project, id }) > 0
            : throw new SegmentInUseException($"these segments use it: {string.Join(", ", users)}");
    });

    private static string Name(string name, long id, IReadOnlyList<Segment> others)
    {
        var clean = name.Trim();
        if (clean.Length is 0 or > LongestName || clean.Any(char.IsControl))
        {
            throw new InvalidSettingException($"the name of a segment has 1 to {LongestName} characters, without line breaks");
        }

        return others.Any(other => other.Id != id && other.Owner is null && other.Name == clean)
            ? throw new InvalidSettingException($"there is a segment '{clean}' already")
            : clean;
    }

    private static List<Segment> All(SqliteConnection connection, uint project) =>
    [
        .. connection.Query<(long, string, string, long?)>(
            "SELECT id, name, filter, owner FROM segments WHERE project = @project ORDER BY name COLLATE NOCASE, id", new { project }).Select(Read),
    ];

    private static Segment? Find(SqliteConnection connection, uint project, long id) => connection
        .Query<(long, string, string, long?)>("SELECT id, name, filter, owner FROM segments WHERE project = @project AND id = @id", new { project, id })
        .Select(Read)
        .FirstOrDefault();

    private static Segment Read((long Id, string Name, string Filter, long? Owner) row)
    {
        using var json = JsonDocument.Parse(row.Filter);
        // Places within the filter are told from those of the query that names the segment.
        var filter = FilterParser.Parse(json.RootElement, $"segment {row.Id}: filter");
        return new Segment(row.Id, row.Name, filter ?? throw new SettingsException($"segment {row.Id} has no filter"), row.Owner);
    }
}
