using Dapper;

namespace Sightline.Store.Settings;

/// <summary>Shared links. Read from the database each time: a revoked link is dead at once, whoever revoked it.</summary>
public sealed class SharedLinkStore(SettingsDb db, TimeProvider time)
{
    private const int LongestName = 80;
    private const int MostLinks = 200;
    private const string Columns = "id, project, name, word, password_hash, filters, segment, created_by, created_ms, ends_ms";

    /// <summary>Newest first.</summary>
    public IReadOnlyList<SharedLink> Of(uint project) => db.Read(connection => connection
        .Query<Row>($"SELECT {Columns} FROM shared_links WHERE project = @project ORDER BY id DESC", new { project }).Select(row => row.ToLink()).ToList());

    /// <summary>The link of that word, also one that has ended.</summary>
    public SharedLink? Find(string word) => word.Length is 0 or > 64 ? null : db.Read(connection => connection
        .Query<Row>($"SELECT {Columns} FROM shared_links WHERE word = @word", new { word }).SingleOrDefault()?.ToLink());

    /// <exception cref="InvalidSettingException">A value cannot be.</exception>
    public SharedLink Add(uint project, string name, string? passwordHash, string filters, long? segment, string createdBy, long? endsMs)
    {
        var clean = name.Trim();
        if (clean.Length is 0 or > LongestName || clean.Any(char.IsControl))
        {
            throw new InvalidSettingException($"the name of a link has 1 to {LongestName} characters, without line breaks");
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (endsMs <= now)
        {
            throw new InvalidSettingException("the link would have ended already: choose a later day");
        }

        return db.Write(connection =>
        {
            if (connection.ExecuteScalar<int>("SELECT count(*) FROM shared_links WHERE project = @project", new { project }) >= MostLinks)
            {
                throw new InvalidSettingException($"a project has at most {MostLinks} links: remove one");
            }

            if (segment is { } wanted && !connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM segments WHERE project = @project AND id = @wanted)", new { project, wanted }))
            {
                throw new InvalidSettingException("there is no such segment");
            }

            return connection.QuerySingle<Row>(
                $"""
                INSERT INTO shared_links(project, name, word, password_hash, filters, segment, created_by, created_ms, ends_ms)
                VALUES (@project, @clean, @word, @passwordHash, @filters, @segment, @createdBy, @now, @endsMs) RETURNING {Columns}
                """,
                new { project, clean, word = NewKeys.PublicKey(), passwordHash, filters, segment, createdBy, now, endsMs }).ToLink();
        });
    }

    /// <summary>Its name; <see langword="null"/>: the project has no such link.</summary>
    public string? Remove(uint project, long id) => db.Write(connection =>
        connection.ExecuteScalar<string?>("DELETE FROM shared_links WHERE project = @project AND id = @id RETURNING name", new { project, id }));

    private sealed record Row(
        long Id, long Project, string Name, string Word, string? Password_hash, string Filters, long? Segment, string Created_by, long Created_ms, long? Ends_ms)
    {
        public SharedLink ToLink() => new(Id, (uint)Project, Name, Word, Password_hash, Filters, Segment, Created_by, Created_ms, Ends_ms);
    }
}
