using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;
using Sightline.Core.Model;

namespace Sightline.Store.Settings;

/// <summary>Projects and tokens at one moment, arranged for look-ups. Immutable, but for the times of last use.</summary>
internal sealed class DirectorySnapshot
{
    public static readonly DirectorySnapshot Empty = new([], []);

    private readonly FrozenDictionary<uint, Project> _byId;
    private readonly FrozenDictionary<string, Project> _byKey;
    private readonly FrozenDictionary<string, Project>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly FrozenDictionary<UInt128, KnownToken> _tokens;

    private DirectorySnapshot(IReadOnlyList<Project> projects, IEnumerable<KnownToken> tokens)
    {
        Projects = [.. projects.Where(static project => !project.IsBuiltIn)];
        _byId = projects.ToFrozenDictionary(p => p.Id);
        _byKey = Projects.SelectMany(p => p.RetiredKeys.Prepend(p.PublicKey).Select(key => (Key: key, Project: p))).ToFrozenDictionary(k => k.Key, k => k.Project, StringComparer.Ordinal);
        _bySpan = _byKey.GetAlternateLookup<ReadOnlySpan<char>>();
        _tokens = tokens.ToFrozenDictionary(t => Prefix(t.Hash));
    }

    public IReadOnlyList<Project> Projects { get; }

    public IEnumerable<KnownToken> Tokens => _tokens.Values;

    /// <summary>Reads the present state. Tokens known to <paramref name="before"/> keep their time of last use.</summary>
    public static DirectorySnapshot Load(SqliteConnection connection, DirectorySnapshot before)
    {
        var uses = before.Tokens.ToDictionary(t => t.Grant.TokenId, t => t.Use);
        var tokens = connection.Query<TokenRow>("SELECT id, name, hash, scopes, project FROM tokens").Select(row => new KnownToken(
            row.Hash,
            new TokenGrant((uint)row.Id, row.Name, (TokenScopes)row.Scopes, (uint?)row.Project),
            uses.GetValueOrDefault((uint)row.Id) ?? new TokenUse()));
        return new DirectorySnapshot(ProjectRows.Load(connection), tokens);
    }

    public bool TryGetById(uint id, [NotNullWhen(true)] out Project? project) => _byId.TryGetValue(id, out project);

    public bool TryGetByKey(string key, [NotNullWhen(true)] out Project? project) => _byKey.TryGetValue(key, out project);

    public bool TryGetByKey(ReadOnlySpan<char> key, [NotNullWhen(true)] out Project? project) => _bySpan.TryGetValue(key, out project);

    /// <summary>
    /// The table is keyed by half of the token's hash, which a guesser cannot steer; the comparison that decides takes the same time
    /// whatever is wrong.
    /// </summary>
    public KnownToken? FindToken(ReadOnlySpan<byte> hash) =>
        _tokens.TryGetValue(Prefix(hash), out var known) && CryptographicOperations.FixedTimeEquals(known.Hash, hash) ? known : null;

    private static UInt128 Prefix(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);

    private sealed class TokenRow
    {
        public long Id { get; init; }

        public string Name { get; init; } = "";

        public byte[] Hash { get; init; } = [];

        public long Scopes { get; init; }

        public long? Project { get; init; }
    }
}

/// <summary>A token by its hash, with what it grants.</summary>
internal sealed record KnownToken(byte[] Hash, TokenGrant Grant, TokenUse Use);

/// <summary>When a token was last used, and which of it is in the database already. Unix milliseconds; 0: never.</summary>
internal sealed class TokenUse
{
    public long LastMs;
    public long SavedMs;
}
