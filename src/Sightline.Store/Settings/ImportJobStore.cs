using Dapper;

namespace Sightline.Store.Settings;

/// <summary>Imports and what became of them. The latest hundred of each project are kept.</summary>
public sealed class ImportJobStore(SettingsDb db, TimeProvider time)
{
    private const int Most = 100;
    private const int LongestName = 200;

    private const string Columns =
        """
        id AS Id, project AS Project, origin AS Origin, state AS State, name AS Name, options AS Options, actor AS Actor, size AS Size, position AS Position, records AS Records,
        stored AS Stored, drops AS Drops, counted AS Counted, fault AS Fault, created_ms AS CreatedMs, started_ms AS StartedMs, ended_ms AS EndedMs
        """;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ImportJob> Of(uint project) =>
        db.Read(connection => connection.Query<ImportJob>($"SELECT {Columns} FROM import_jobs WHERE project = @project ORDER BY id DESC", new { project }).ToList());

    public ImportJob? Find(uint project, long id) =>
        db.Read(connection => connection.QuerySingleOrDefault<ImportJob>($"SELECT {Columns} FROM import_jobs WHERE project = @project AND id = @id", new { project, id }));

    /// <summary>Those of a state, oldest first.</summary>
    public IReadOnlyList<ImportJob> In(ImportState state) =>
        db.Read(connection => connection.Query<ImportJob>($"SELECT {Columns} FROM import_jobs WHERE state = @state ORDER BY id", new { state }).ToList());

    public ImportJob Add(uint project, ImportOrigin origin, string name, string actor, long size)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var state = origin == ImportOrigin.Upload ? ImportState.Uploaded : ImportState.Running;
        return db.Write(connection =>
        {
            connection.Execute(
                "DELETE FROM import_jobs WHERE project = @project AND state > 2 AND id <= (SELECT id FROM import_jobs WHERE project = @project ORDER BY id DESC LIMIT 1 OFFSET @Most)",
                new { project, Most });
            return connection.QuerySingle<ImportJob>(
                $"""
                INSERT INTO import_jobs(project, origin, state, name, options, actor, size, created_ms, started_ms)
                VALUES (@project, @origin, @state, @name, '', @actor, @size, @now, @started) RETURNING {Columns}
                """,
                new { project, origin, state, name = name.Length > LongestName ? name[^LongestName..] : name, actor, size, now, started = state == ImportState.Running ? now : (long?)null });
        });
    }

    /// <summary>An upload is to be read. <see langword="false"/>: it is not waiting for that.</summary>
    public bool Start(uint project, long id, string options) => db.Write(connection => connection.Execute(
        "UPDATE import_jobs SET state = 2, options = @options, started_ms = @now WHERE project = @project AND id = @id AND state = 1",
        new { project, id, options, now = time.GetUtcNow().ToUnixTimeMilliseconds() })) > 0;

    /// <summary>The counts from which its own are told; those of an import that goes on stay.</summary>
    public void SetCounted(long id, string counted) => db.Write(connection => connection.Execute("UPDATE import_jobs SET counted = @counted WHERE id = @id AND counted = ''", new { id, counted }));

    public void Progress(long id, string name, long position, long records, long stored, string drops) => db.Write(connection => connection.Execute(
        "UPDATE import_jobs SET name = @name, position = @position, records = @records, stored = @stored, drops = @drops WHERE id = @id AND state = 2",
        new { id, name = name.Length > LongestName ? name[^LongestName..] : name, position, records, stored, drops }));

    /// <summary>It is over. <see langword="false"/>: it was already.</summary>
    public bool End(long id, ImportState state, string? fault = null) => db.Write(connection => connection.Execute(
        "UPDATE import_jobs SET state = @state, fault = @fault, ended_ms = @now, position = CASE WHEN @state = 3 THEN size ELSE position END WHERE id = @id AND state <= 2",
        new { id, state, fault, now = time.GetUtcNow().ToUnixTimeMilliseconds() })) > 0;

    /// <summary>What the command line was doing when the server stopped is not done by anybody any more.</summary>
    public void InterruptCommandLine() => db.Write(connection => connection.Execute(
        "UPDATE import_jobs SET state = 6, ended_ms = @now WHERE origin = 2 AND state = 2", new { now = time.GetUtcNow().ToUnixTimeMilliseconds() }));
}
