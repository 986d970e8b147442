using Dapper;
using Microsoft.Data.Sqlite;
using Sightline.Core.Model;

namespace Sightline.Store.Settings;

/// <summary>Projects and their goals.</summary>
public sealed class ProjectStore(SettingsDb db, TimeProvider time)
{
    private const int MostRetiredKeys = 20;

    /// <summary>Makes a project with keys of its own.</summary>
    /// <exception cref="SettingsException">A value is not valid; the message says which.</exception>
    public Project Add(string name, ProjectChange? change = null, IReadOnlyList<NewGoal>? goals = null)
    {
        var settings = ProjectRules.Checked((change ?? new ProjectChange()) with { Name = name });
        var checkedGoals = (goals ?? []).Select(ProjectRules.Checked).ToList();
        return db.Write(connection =>
        {
            var id = connection.ExecuteScalar<uint>(
                """
                INSERT INTO projects(id, name, public_key, ga4_measurement_id, sentry_key, time_zone, currency, retention_days, events_per_second, created_ms)
                VALUES ((SELECT COALESCE(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'projects'), @name, @publicKey, @ga4, @sentry, 'UTC', 'EUR', 0, 0, @now) RETURNING id
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
            checkedGoals.ForEach(goal => Insert(connection, id, goal));
            return Load(connection, id)!;
        });
    }

    /// <summary>Makes the project of the server's own metrics, unless it is there. Its number is its own: those of other projects go on as if it were not.</summary>
    /// <returns>Whether it was made.</returns>
    public bool AddBuiltIn(string name) => db.Write(connection =>
    {
        if (Load(connection, Project.BuiltInId) is not null)
        {
            return false;
        }

        var last = connection.ExecuteScalar<long>("SELECT COALESCE(max(seq), 0) FROM sqlite_sequence WHERE name = 'projects'");
        connection.Execute(
            """
            INSERT INTO projects(id, name, public_key, ga4_measurement_id, sentry_key, time_zone, currency, retention_days, events_per_second, created_ms)
            VALUES (@id, @name, @publicKey, @ga4, @sentry, 'UTC', 'EUR', 0, 0, @now);
            UPDATE sqlite_sequence SET seq = @last WHERE name = 'projects';
            """,
            new
            {
                id = Project.BuiltInId,
                name,
                last,
                publicKey = NewKeys.PublicKey(),
                ga4 = NewKeys.Ga4MeasurementId(),
                sentry = NewKeys.SentryKey(),
                now = time.GetUtcNow().ToUnixTimeMilliseconds(),
            });
        return true;
    });

    /// <summary>All of it is done, or nothing.</summary>
    /// <exception cref="SettingsException">There is no such project or goal, or a value is not valid.</exception>
    public Project Update(uint id, ProjectChange change, IReadOnlyList<NewGoal>? addGoals = null, IReadOnlyList<uint>? removeGoals = null)
    {
        var settings = ProjectRules.Checked(change);
        var checkedGoals = (addGoals ?? []).Select(ProjectRules.Checked).ToList();
        return db.Write(connection =>
        {
            _ = Load(connection, id) ?? throw Unknown(id);
            Apply(connection, id, settings);
            foreach (var goal in removeGoals ?? [])
            {
                if (connection.Execute("DELETE FROM goals WHERE project = @id AND id = @goal", new { id, goal }) == 0)
                {
                    throw new SettingsException($"project {id} has no goal {goal}");
                }
            }

            checkedGoals.ForEach(goal => Insert(connection, id, goal));
            return Load(connection, id)!;
        });
    }

    /// <summary>Changes a goal, which keeps its id. <see langword="false"/>: the project has no such goal.</summary>
    /// <exception cref="SettingsException">A value is not valid.</exception>
    public bool ChangeGoal(uint id, uint goal, NewGoal change)
    {
        var wanted = ProjectRules.Checked(change);
        return db.Write(connection => connection.Execute(
            "UPDATE goals SET name = @Name, event_name = @EventName, path_pattern = @PathPattern WHERE project = @id AND id = @goal",
            new { id, goal, wanted.Name, wanted.EventName, wanted.PathPattern }) > 0);
    }

    /// <summary>In order of id, without the built-in one.</summary>
    public IReadOnlyList<Project> List() => db.Read(connection => ProjectRows.Load(connection).Where(static project => !project.IsBuiltIn).ToList());

    public Project? Find(uint id) => db.Read(connection => Load(connection, id));

    /// <summary>Gives a project a new public key; the one before is taken, too, until <see cref="RemoveKey"/>.</summary>
    /// <exception cref="SettingsException">There is no such project, or it has too many old keys.</exception>
    public Project RotateKey(uint id) => db.Write(connection =>
    {
        var before = Load(connection, id) ?? throw Unknown(id);
        if (before.RetiredKeys.Count >= MostRetiredKeys)
        {
            throw new InvalidSettingException($"a project has at most {MostRetiredKeys} old keys: remove one that nothing uses any more");
        }

        connection.Execute(
            "INSERT INTO retired_keys(key, project, retired_ms) VALUES (@PublicKey, @id, @now); UPDATE projects SET public_key = @key WHERE id = @id",
            new { id, before.PublicKey, key = NewKeys.PublicKey(), now = time.GetUtcNow().ToUnixTimeMilliseconds() });
        return Load(connection, id)!;
    });

    /// <summary>From now on a key that no project has is taken for this one's, as if it had been its key once; until <see cref="RemoveKey"/>.</summary>
    /// <exception cref="SettingsException">There is no such project, it has too many old keys, or another has the key.</exception>
    public void AdoptKey(uint id, string key) => db.Write(connection =>
    {
        var before = Load(connection, id) ?? throw Unknown(id);
        if (before.RetiredKeys.Count >= MostRetiredKeys)
        {
            throw new InvalidSettingException($"a project has at most {MostRetiredKeys} old keys: remove one that nothing uses any more");
        }

        return connection.Execute(
            "INSERT INTO retired_keys(key, project, retired_ms) SELECT @key, @id, @now WHERE NOT EXISTS (SELECT 1 FROM projects WHERE public_key = @key) ON CONFLICT DO NOTHING",
            new { id, key, now = time.GetUtcNow().ToUnixTimeMilliseconds() }) > 0 ? true : throw new InvalidSettingException("a project has this key already");
    });

    /// <summary>From now on an old key is refused. <see langword="false"/>: the project has no such old key; the one in use is not removed.</summary>
    public bool RemoveKey(uint id, string key) =>
        db.Write(connection => connection.Execute("DELETE FROM retired_keys WHERE project = @id AND key = @key", new { id, key }) > 0);

    /// <summary>Removes the settings and tokens of a project; its id is never given again. <see langword="false"/>: there is none.</summary>
    public bool Remove(uint id) => db.Write(connection => connection.Execute("DELETE FROM projects WHERE id = @id", new { id }) > 0);

    private static Project? Load(SqliteConnection connection, uint id) => ProjectRows.Load(connection, id).SingleOrDefault();

    private static SettingsException Unknown(uint id) => new($"there is no project {id}");

    private static void Apply(SqliteConnection connection, uint id, ProjectChange change)
    {
        connection.Execute(
            """
            UPDATE projects SET
                name = COALESCE(@Name, name), time_zone = COALESCE(@TimeZone, time_zone), currency = COALESCE(@Currency, currency),
                retention_days = COALESCE(@RetentionDays, retention_days), events_per_second = COALESCE(@EventsPerSecond, events_per_second),
                week_start = COALESCE(@WeekStart, week_start), privacy = COALESCE(@Privacy, privacy), honours_dnt = COALESCE(@HonoursDoNotTrack, honours_dnt),
                allows_bots = COALESCE(@AllowsBots, allows_bots), events_per_day = COALESCE(@EventsPerDay, events_per_day),
                events_per_month = COALESCE(@EventsPerMonth, events_per_month), max_series = COALESCE(@MaxSeries, max_series),
                is_public = COALESCE(@IsPublic, is_public), is_indexed = COALESCE(@IsIndexed, is_indexed), has_badge = COALESCE(@HasBadge, has_badge)
            WHERE id = @id
            """,
            new
            {
                id,
                change.Name,
                change.TimeZone,
                change.Currency,
                change.RetentionDays,
                change.EventsPerSecond,
                WeekStart = (int?)change.WeekStart,
                Privacy = (int?)change.Privacy,
                change.HonoursDoNotTrack,
                change.AllowsBots,
                change.EventsPerDay,
                change.EventsPerMonth,
                change.MaxSeries,
                change.IsPublic,
                change.IsIndexed,
                change.HasBadge,
            });
        SetList(connection, id, ProjectRows.DomainKind, change.Domains);
        SetList(connection, id, ProjectRows.ExcludedIpKind, change.ExcludedIps);
        SetList(connection, id, ProjectRows.ExcludedPathKind, change.ExcludedPaths);
        SetList(connection, id, ProjectRows.ExcludedHostKind, change.ExcludedHosts);
        SetList(connection, id, ProjectRows.ExcludedParamKind, change.ExcludedParams);
        SetList(connection, id, ProjectRows.AllowedBotKind, change.AllowedBots);
        SetList(connection, id, ProjectRows.EmbedOriginKind, change.EmbedOrigins);
    }

    private static void Insert(SqliteConnection connection, uint project, NewGoal goal) => connection.Execute(
        """
        INSERT INTO goals(project, id, name, event_name, path_pattern) SELECT id, next_goal, @Name, @EventName, @PathPattern FROM projects WHERE id = @project;
        UPDATE projects SET next_goal = next_goal + 1 WHERE id = @project;
        """,
        new { project, goal.Name, goal.EventName, goal.PathPattern });

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
