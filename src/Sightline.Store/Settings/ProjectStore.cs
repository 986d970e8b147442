using Dapper;
using Microsoft.Data.Sqlite;
using Sightline.Core.Model;

namespace Sightline.Store.Settings;

/// <summary>Projects and their goals.</summary>
public sealed class ProjectStore(SettingsDb db, TimeProvider time)
{
    /// <summary>Makes a project with keys of its own, which never change.</summary>
    /// <exception cref="SettingsException">A value is not valid; the message says which.</exception>
    public Project Add(string name, ProjectChange? change = null)
    {
        var settings = ProjectRules.Checked((change ?? new ProjectChange()) with { Name = name });
        return db.Write(connection =>
        {
            var id = connection.ExecuteScalar<uint>(
                """
                INSERT INTO projects(name, public_key, ga4_measurement_id, sentry_key, time_zone, currency, retention_days, events_per_second, created_ms)
                VALUES (@name, @publicKey, @ga4, @sentry, 'UTC', 'EUR', 0, 0, @now) RETURNING id
                """,
                new
                {
                    name = settings.Name,
                    publicKey = NewKeys.PublicKey(),
                    ga4 = NewKeys.Ga4MeasurementId(),
                    sentry = NewKeys.SentryKey(),
                    now = time.GetUtcNow().ToUnixTimeMilliseconds(),
                });
            Apply(connection, id, settings);
            return Load(connection, id)!;
        });
    }

    /// <exception cref="SettingsException">There is no such project, or a value is not valid.</exception>
    public Project Update(uint id, ProjectChange change)
    {
        var settings = ProjectRules.Checked(change);
        return db.Write(connection =>
        {
            Apply(connection, id, settings);
            return Load(connection, id) ?? throw Unknown(id);
        });
    }

    /// <summary>In order of id.</summary>
    public IReadOnlyList<Project> List() => db.Read(connection => ProjectRows.Load(connection));

    public Project? Find(uint id) => db.Read(connection => Load(connection, id));

    /// <summary>Removes the settings and tokens of a project; its id is never given again. <see langword="false"/>: there is none.</summary>
    public bool Remove(uint id) => db.Write(connection => connection.Execute("DELETE FROM projects WHERE id = @id", new { id }) > 0);

    /// <summary>Exactly one of <paramref name="eventName"/> and <paramref name="pathPattern"/> is given.</summary>
    /// <exception cref="SettingsException">There is no such project, or a value is not valid.</exception>
    public Goal AddGoal(uint project, string name, string? eventName, string? pathPattern)
    {
        if (eventName is null == pathPattern is null)
        {
            throw new SettingsException("a goal is reached either by an event or by a page");
        }

        name = ProjectRules.Name(name, "goal");
        eventName = eventName is null ? null : ProjectRules.EventName(eventName);
        pathPattern = pathPattern is null ? null : ProjectRules.PathPattern(pathPattern);
        return db.Write(connection =>
        {
            var id = connection.ExecuteScalar<uint?>("UPDATE projects SET next_goal = next_goal + 1 WHERE id = @project RETURNING next_goal - 1", new { project })
                ?? throw Unknown(project);
            connection.Execute(
                "INSERT INTO goals(project, id, name, event_name, path_pattern) VALUES (@project, @id, @name, @eventName, @pathPattern)",
                new { project, id, name, eventName, pathPattern });
            return new Goal(id, name, eventName, pathPattern);
        });
    }

    /// <summary><see langword="false"/>: there is no such goal.</summary>
    public bool RemoveGoal(uint project, uint goal) =>
        db.Write(connection => connection.Execute("DELETE FROM goals WHERE project = @project AND id = @goal", new { project, goal }) > 0);

    private static Project? Load(SqliteConnection connection, uint id) => ProjectRows.Load(connection, id).SingleOrDefault();

    private static SettingsException Unknown(uint id) => new($"there is no project {id}");

    private static void Apply(SqliteConnection connection, uint id, ProjectChange change)
    {
        connection.Execute(
            """
            UPDATE projects SET
                name = COALESCE(@Name, name), time_zone = COALESCE(@TimeZone, time_zone), currency = COALESCE(@Currency, currency),
                retention_days = COALESCE(@RetentionDays, retention_days), events_per_second = COALESCE(@EventsPerSecond, events_per_second)
            WHERE id = @id
            """,
            new { id, change.Name, change.TimeZone, change.Currency, change.RetentionDays, change.EventsPerSecond });
        SetList(connection, id, ProjectRows.DomainKind, change.Domains);
        SetList(connection, id, ProjectRows.ExcludedIpKind, change.ExcludedIps);
        SetList(connection, id, ProjectRows.ExcludedPathKind, change.ExcludedPaths);
    }

    private static void SetList(SqliteConnection connection, uint project, int kind, IReadOnlyList<string>? values)
    {
        if (values is not null)
        {
            connection.Execute("DELETE FROM project_lists WHERE project = @project AND kind = @kind", new { project, kind });
            connection.Execute(
                "INSERT INTO project_lists(project, kind, position, value) SELECT id, @kind, @position, @value FROM projects WHERE id = @project",
                values.Select((value, position) => new { project, kind, position, value }));
        }
    }
}
