using Dapper;

namespace Sightline.Store.Settings;

/// <summary>Notes of projects, kept in memory between writes.</summary>
public sealed class NoteStore : IDisposable
{
    public const int LongestText = 500;
    private const int MostNotes = 5000;

    private readonly SettingsDb _db;
    private readonly TimeProvider _time;
    private readonly PerProject<IReadOnlyList<Note>> _known;

    public NoteStore(SettingsDb db, TimeProvider time)
    {
        (_db, _time) = (db, time);
        _known = new PerProject<IReadOnlyList<Note>>(db, static (connection, project) =>
            [.. connection.Query<(long, long, string, bool)>("SELECT id, time_ms, text, is_private FROM notes WHERE project = @project ORDER BY time_ms, id", new { project })
                .Select(row => new Note(row.Item1, row.Item2, row.Item3, row.Item4))]);
    }

    /// <summary>In order of time.</summary>
    public IReadOnlyList<Note> Of(uint project) => _known.Of(project);

    /// <exception cref="InvalidSettingException">The text cannot be kept.</exception>
    public void Add(uint project, long timeMs, string text, bool isPrivate = false)
    {
        var clean = Checked(text);
        _db.Write(connection =>
        {
            if (connection.ExecuteScalar<int>("SELECT count(*) FROM notes WHERE project = @project", new { project }) >= MostNotes)
            {
                throw new InvalidSettingException($"a project has at most {MostNotes} notes");
            }

            return connection.Execute(
                "INSERT INTO notes(project, time_ms, text, created_ms, is_private) VALUES (@project, @timeMs, @clean, @now, @isPrivate)",
                new { project, timeMs, clean, isPrivate, now = _time.GetUtcNow().ToUnixTimeMilliseconds() });
        });
    }

    /// <summary><see langword="false"/>: the project has no such note.</summary>
    /// <exception cref="InvalidSettingException">The text cannot be kept.</exception>
    public bool Change(uint project, long id, long timeMs, string text, bool isPrivate = false)
    {
        var clean = Checked(text);
        return _db.Write(connection =>
            connection.Execute("UPDATE notes SET time_ms = @timeMs, text = @clean, is_private = @isPrivate WHERE project = @project AND id = @id", new { project, id, timeMs, clean, isPrivate }) > 0);
    }

    /// <summary><see langword="false"/>: the project has no such note.</summary>
    public bool Remove(uint project, long id) => _db.Write(connection => connection.Execute("DELETE FROM notes WHERE project = @project AND id = @id", new { project, id }) > 0);

    public void Dispose() => _known.Dispose();

    private static string Checked(string text)
    {
        var clean = text.Trim();
        return clean.Length is > 0 and <= LongestText && !clean.Any(char.IsControl)
            ? clean
            : throw new InvalidSettingException($"a note has 1 to {LongestText} characters, without line breaks");
    }
}
