using Dapper;
using Sightline.Core.Model;

namespace Sightline.Store.Settings;

/// <summary>Something that happened, as Graphite's <c>/events/</c> took it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Time">Unix seconds.</param>
/// <param name="What">What happened.</param>
/// <param name="Data">More about it.</param>
/// <param name="Tags">Words to find it by.</param>
public sealed record GraphiteEvent(long Id, long Time, string What, string Data, IReadOnlyList<string> Tags);

/// <summary>Events of projects.</summary>
public sealed class GraphiteEventStore(SettingsDb db)
{
    /// <summary>Of what happened, and of its tags together with a blank between them.</summary>
    public const int LongestWhat = 255;

    private const int LongestData = 64 * 1024;
    private const int MostEvents = 100_000;
    private const int MostAnswered = 10_000;

    /// <returns>The event's number.</returns>
    /// <exception cref="InvalidSettingException">It is longer than can be kept, or there are too many.</exception>
    public long Add(uint project, long time, string what, string data, IReadOnlyList<string> tags)
    {
        var joined = string.Join(' ', tags);
        if (what.Length is 0 or > LongestWhat || joined.Length > LongestWhat || data.Length > LongestData)
        {
            throw new InvalidSettingException($"an event has 1 to {LongestWhat} characters, tags of at most {LongestWhat} together, and data of at most {LongestData}");
        }

        return db.Write(connection => connection.ExecuteScalar<int>("SELECT count(*) FROM graphite_events WHERE project = @project", new { project }) < MostEvents
            ? connection.ExecuteScalar<long>(
                "INSERT INTO graphite_events(project, time, what, data, tags) VALUES (@project, @time, @what, @data, @joined) RETURNING id", new { project, time, what, data, joined })
            : throw new InvalidSettingException($"a project has at most {MostEvents} events"));
    }

    /// <summary>Keeps what came through the log. Those that are kept already, because their record is read again, are not kept twice.</summary>
    /// <param name="changes">Whose, and where in the log; no two of them at the same place.</param>
    /// <returns>Those that cannot be kept: their project has as many as it may, or they are too long.</returns>
    public IReadOnlyList<StoredChange> AddAll(IReadOnlyList<StoredChange> changes) => changes.Count == 0 ? [] : db.Write(connection =>
    {
        var refused = new List<StoredChange>();
        var counts = new Dictionary<uint, int>();
        foreach (var change in changes)
        {
            var (time, what, data, tags) = change.Change;
            var row = new { change.Project, change.Origin, time, what, data, tags = string.Join(' ', tags) };
            if (connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM graphite_events WHERE project = @Project AND origin = @Origin AND time = @time AND what = @what)", row))
            {
                continue;
            }

            // Counted once: of many that come while a project is full each would count a hundred thousand.
            if (!counts.TryGetValue(change.Project, out var count))
            {
                count = connection.ExecuteScalar<int>("SELECT count(*) FROM graphite_events WHERE project = @Project", row);
            }

            var fits = what.Length is > 0 and <= LongestWhat && row.tags.Length <= LongestWhat && data.Length <= LongestData && count < MostEvents;
            counts[change.Project] = fits ? count + 1 : count;
            if (!fits)
            {
                refused.Add(change);
                continue;
            }

            connection.Execute("INSERT INTO graphite_events(project, origin, time, what, data, tags) VALUES (@Project, @Origin, @time, @what, @data, @tags)", row);
        }

        return (IReadOnlyList<StoredChange>)refused;
    });

    /// <summary>Events of a time, both ends included, in order; at most 10,000, the newest.</summary>
    /// <param name="project">Whose.</param>
    /// <param name="from">Unix seconds.</param>
    /// <param name="until">Unix seconds.</param>
    /// <param name="tags">Those wanted; <see langword="null"/>: any.</param>
    /// <param name="anyTag">One of the tags is enough.</param>
    public IReadOnlyList<GraphiteEvent> Find(uint project, long from, long until, IReadOnlyList<string>? tags, bool anyTag)
    {
        var found = db.Read(connection => connection.Query<(long Id, long Time, string What, string Data, string Tags)>(
            "SELECT id, time, what, data, tags FROM graphite_events WHERE project = @project AND time BETWEEN @from AND @until ORDER BY time DESC, id DESC", new { project, from, until }).ToList());
        return [.. found.Select(Event).Where(one => tags is null || (anyTag ? tags.Any(one.Tags.Contains) : tags.All(one.Tags.Contains))).Take(MostAnswered).Reverse()];
    }

    /// <summary><see langword="null"/>: the project has none of that number.</summary>
    public GraphiteEvent? Find(uint project, long id)
    {
        var rows = db.Read(connection => connection.Query<(long Id, long Time, string What, string Data, string Tags)>(
            "SELECT id, time, what, data, tags FROM graphite_events WHERE project = @project AND id = @id", new { project, id }).ToList());
        return rows.Count > 0 ? Event(rows[0]) : null;
    }

    private static GraphiteEvent Event((long Id, long Time, string What, string Data, string Tags) row) =>
        new(row.Id, row.Time, row.What, row.Data, row.Tags.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
