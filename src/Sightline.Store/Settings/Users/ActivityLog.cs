using Dapper;

namespace Sightline.Store.Settings;

/// <summary>An entry of the activity log. All texts are hostile: encoded when shown.</summary>
/// <param name="TimeMs">Unix milliseconds UTC.</param>
/// <param name="Actor">E-mail of the person, name of the token, or <c>command line</c>.</param>
/// <param name="Action">What was done: a sentence without its subject, as "signed in".</param>
/// <param name="Subject">To what or whom.</param>
/// <param name="Project">In which project, if in one.</param>
/// <param name="Address">Network it came from, cut short; empty for the command line.</param>
public sealed record ActivityEntry(long TimeMs, string Actor, string Action, string Subject, uint? Project, string Address);

/// <summary>Who did what, when. Kept for a year; secrets never get into it.</summary>
public sealed class ActivityLog(SettingsDb db, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    public void Add(string actor, string action, string subject, uint? project, string address)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        db.Write(connection =>
        {
            connection.Execute("DELETE FROM activity WHERE time_ms < @before", new { before = now - (long)Kept.TotalMilliseconds });
            return connection.Execute(
                "INSERT INTO activity(time_ms, actor, action, subject, project, address) VALUES (@now, @actor, @action, @subject, @project, @address)",
                new { now, actor, action, subject = subject.Length > 300 ? subject[..300] : subject, project, address });
        });
    }

    /// <summary>The newest first.</summary>
    /// <param name="project">Of one project only.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="offset">After so many.</param>
    public IReadOnlyList<ActivityEntry> List(uint? project, int limit, int offset) =>
        Read("@project IS NULL OR project = @project", new { project, limit, offset });

    /// <summary>What a person did and what was done to the person's account, the newest first.</summary>
    public IReadOnlyList<ActivityEntry> ListAbout(string email, int limit) =>
        Read("actor = @email OR subject = @email", new { email, limit, offset = 0 });

    private List<ActivityEntry> Read(string where, object parameters) => db.Read(connection => connection
        .Query<(long TimeMs, string Actor, string Action, string Subject, long? Project, string Address)>(
            $"SELECT time_ms, actor, action, subject, project, address FROM activity WHERE {where} ORDER BY id DESC LIMIT @limit OFFSET @offset", parameters)
        .Select(row => new ActivityEntry(row.TimeMs, row.Actor, row.Action, row.Subject, (uint?)row.Project, row.Address))
        .ToList());
}
