using System.Security.Cryptography;
using System.Text;
using Dapper;

namespace Sightline.Store.Settings;

/// <summary>API tokens. A token is 256 random bits, shown once; only its SHA-256 is kept (nothing slower is needed: it cannot be guessed).</summary>
public sealed class TokenStore(SettingsDb db, TimeProvider time)
{
    /// <summary>Makes a token and returns its secret, which cannot be read again.</summary>
    /// <exception cref="SettingsException">The name is empty or too long, no scope is given, or the project does not exist.</exception>
    public (Token Token, string Secret) Add(string name, TokenScopes scopes, uint? project)
    {
        name = name.Trim();
        if (name.Length is 0 or > 100)
        {
            throw new InvalidSettingException("a token's name has 1 to 100 characters");
        }

        if (scopes == TokenScopes.None)
        {
            throw new InvalidSettingException("a token needs at least one scope: read, write, ingest, admin");
        }

        var secret = NewKeys.Token();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var id = db.Write(connection =>
        {
            if (project is { } wanted && !connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM projects WHERE id = @wanted)", new { wanted }))
            {
                throw new SettingsException($"there is no project {wanted}");
            }

            return connection.ExecuteScalar<uint>(
                "INSERT INTO tokens(name, hash, scopes, project, created_ms) VALUES (@name, @hash, @scopes, @project, @now) RETURNING id",
                new { name, hash = Hash(secret), scopes = (int)scopes, project, now });
        });
        return (new Token(id, name, scopes, project, now, null), secret);
    }

    public IReadOnlyList<Token> List() => db.Read(connection => connection
        .Query<Row>("SELECT id, name, scopes, project, created_ms AS CreatedMs, last_used_ms AS LastUsedMs FROM tokens ORDER BY id")
        .Select(row => new Token((uint)row.Id, row.Name, (TokenScopes)row.Scopes, (uint?)row.Project, row.CreatedMs, row.LastUsedMs))
        .ToList());

    /// <summary>Revokes at once and for ever. <see langword="false"/>: there is no such token.</summary>
    public bool Revoke(uint id) => db.Write(connection => connection.Execute("DELETE FROM tokens WHERE id = @id", new { id }) > 0);

    internal static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    internal void SaveLastUsed(IReadOnlyList<(uint Id, long LastUsedMs)> uses) => db.Write(connection =>
    {
        // Another server on the same settings may have seen the token later.
        const string Sql = "UPDATE tokens SET last_used_ms = MAX(@LastUsedMs, COALESCE(last_used_ms, 0)) WHERE id = @Id";
        return connection.Execute(Sql, uses.Select(use => new { use.Id, use.LastUsedMs }));
    });

    private sealed class Row
    {
        public long Id { get; init; }

        public string Name { get; init; } = "";

        public long Scopes { get; init; }

        public long? Project { get; init; }

        public long CreatedMs { get; init; }

        public long? LastUsedMs { get; init; }
    }
}
