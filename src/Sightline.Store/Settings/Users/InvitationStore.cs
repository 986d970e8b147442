using System.Security.Cryptography;
using System.Text;
using Dapper;

namespace Sightline.Store.Settings;

/// <summary>An invitation that nobody has used yet.</summary>
/// <param name="Id">For lists and to withdraw it by.</param>
/// <param name="Email">Whom it is for: the account gets this address.</param>
/// <param name="Project">The project of the role; <see langword="null"/> for an owner.</param>
/// <param name="Role">What the person will be.</param>
/// <param name="InvitedBy">E-mail address of who invited.</param>
/// <param name="EndsMs">Worth nothing from then on, Unix milliseconds UTC.</param>
public sealed record Invitation(uint Id, string Email, uint? Project, Role Role, string InvitedBy, long EndsMs);

/// <summary>Invitations: links that make one account each, good for a week and once. Only the hash of a link's secret is kept.</summary>
public sealed class InvitationStore(SettingsDb db, TimeProvider time)
{
    /// <summary>How long a link may be used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const string Columns = "SELECT id, email, project, role, is_owner AS IsOwner, invited_by AS InvitedBy, ends_ms AS EndsMs FROM invitations";

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Makes an invitation and returns the secret of its link. An earlier one for the same address and project goes.</summary>
    /// <exception cref="SettingsException">The address is none, or has an account.</exception>
    public string Add(string email, uint? project, Role role, string invitedBy)
    {
        email = EmailAddress.Checked(email);
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var now = NowMs;
        db.Write(connection =>
        {
            if (connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM users WHERE email_key = @key)", new { key = EmailAddress.Key(email) }))
            {
                throw new SettingsException($"{email} has an account already");
            }

            connection.Execute("DELETE FROM invitations WHERE ends_ms <= @now OR (email = @email AND project IS @project)", new { now, email, project });
            return connection.Execute(
                """
                INSERT INTO invitations(hash, email, is_owner, project, role, invited_by, created_ms, ends_ms)
                VALUES (@hash, @email, @isOwner, @project, @role, @invitedBy, @now, @ends)
                """,
                new
                {
                    hash = Hash(secret),
                    email,
                    isOwner = role == Role.Owner,
                    project,
                    role = role == Role.Owner ? (int?)null : (int)role,
                    invitedBy,
                    now,
                    ends = now + (long)Lifetime.TotalMilliseconds,
                });
        });
        return secret;
    }

    /// <summary>Those of a project, or, for <see langword="null"/>, those of owners.</summary>
    public IReadOnlyList<Invitation> List(uint? project) => db.Read(connection =>
        connection.Query<Row>($"{Columns} WHERE project IS @project AND ends_ms > @now ORDER BY id", new { project, now = NowMs }).Select(row => row.ToInvitation()).ToList());

    public Invitation? Find(string secret) => db.Read(connection =>
        connection.QuerySingleOrDefault<Row>($"{Columns} WHERE hash = @hash AND ends_ms > @now", new { hash = Hash(secret), now = NowMs })?.ToInvitation());

    /// <summary>Makes the account; the link is used up. <see langword="null"/>: it is none, or was used in between.</summary>
    /// <exception cref="SettingsException">The name is not valid, or the address has an account by now.</exception>
    public User? Take(string secret, string name, string passwordHash) => db.Write(connection =>
    {
        var now = NowMs;
        var row = connection.QuerySingleOrDefault<Row>($"{Columns} WHERE hash = @hash AND ends_ms > @now", new { hash = Hash(secret), now });
        if (row is null)
        {
            return null;
        }

        connection.Execute("DELETE FROM invitations WHERE id = @Id", new { row.Id });
        var roles = row.Project is { } project ? new Dictionary<uint, Role> { [(uint)project] = (Role)row.Role!.Value } : [];
        return UserStore.Insert(connection, row.Email, name, row.IsOwner, passwordHash, mustChangePassword: false, roles, now);
    });

    public bool Withdraw(uint id, uint? project) =>
        db.Write(connection => connection.Execute("DELETE FROM invitations WHERE id = @id AND project IS @project", new { id, project }) > 0);

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private sealed class Row
    {
        public long Id { get; init; }

        public string Email { get; init; } = "";

        public long? Project { get; init; }

        public long? Role { get; init; }

        public bool IsOwner { get; init; }

        public string InvitedBy { get; init; } = "";

        public long EndsMs { get; init; }

        public Invitation ToInvitation() => new((uint)Id, Email, (uint?)Project, IsOwner ? Settings.Role.Owner : (Role)Role!.Value, InvitedBy, EndsMs);
    }
}
