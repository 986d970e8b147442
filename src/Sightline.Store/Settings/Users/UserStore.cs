using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sightline.Store.Settings;

/// <summary>People and their roles.</summary>
public sealed class UserStore(SettingsDb db, TimeProvider time)
{
    private const string Columns =
        """
        SELECT id, email, name, is_owner AS IsOwner, password_hash AS PasswordHash, must_change_password AS MustChangePassword,
               security_stamp AS SecurityStamp, totp_secret AS TotpSecret,
               EXISTS (SELECT 1 FROM user_passkeys WHERE user_passkeys.user = users.id) AS HasPasskey, created_ms AS CreatedMs, last_sign_in_ms AS LastSignInMs
        FROM users
        """;

    public bool IsEmpty() => db.Read(connection => !connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM users)"));

    /// <exception cref="SettingsException">The address is none, or has an account already.</exception>
    public User Add(string email, string? name, bool isOwner, string? passwordHash, bool mustChangePassword = false, IReadOnlyDictionary<uint, Role>? roles = null) =>
        db.Write(connection => Insert(connection, email, name, isOwner, passwordHash, mustChangePassword, roles ?? new Dictionary<uint, Role>()));

    public User? Find(uint id) => db.Read(connection => Load(connection, "id = @id", new { id }).SingleOrDefault());

    public User? FindByEmail(string email) =>
        db.Read(connection => Load(connection, "email_key = @key", new { key = EmailAddress.Key(email) }).SingleOrDefault());

    /// <summary>In order of id.</summary>
    public IReadOnlyList<User> List() => db.Read(connection => Load(connection, "TRUE", new { }));

    public void Rename(uint id, string name)
    {
        name = CheckedName(name);
        Require(id, "UPDATE users SET name = @name WHERE id = @id", new { id, name });
    }

    /// <summary>Sets a password and ends every session of the person but one.</summary>
    public void SetPassword(uint id, string hash, bool mustChange, uint? keepSession) => db.Write(connection =>
        connection.Execute("UPDATE users SET password_hash = @hash, must_change_password = @mustChange WHERE id = @id", new { id, hash, mustChange }) > 0
            ? Restamp(connection, id, keepSession)
            : throw Unknown(id));

    /// <summary>The same password under a newer hash; nothing else changes.</summary>
    public void Rehash(uint id, string from, string to) =>
        db.Write(connection => connection.Execute("UPDATE users SET password_hash = @to WHERE id = @id AND password_hash = @from", new { id, from, to }));

    public void SaveSignIn(uint id) => db.Write(connection =>
        connection.Execute("UPDATE users SET last_sign_in_ms = @now WHERE id = @id", new { id, now = time.GetUtcNow().ToUnixTimeMilliseconds() }));

    /// <exception cref="SettingsException">There is no such project or person.</exception>
    public void SetRole(uint id, uint project, Role role) => db.Write(connection =>
    {
        _ = Load(connection, "id = @id", new { id }).SingleOrDefault() ?? throw Unknown(id);
        InsertRole(connection, id, project, role);
        return 0;
    });

    public bool RemoveRole(uint id, uint project) =>
        db.Write(connection => connection.Execute("DELETE FROM user_roles WHERE user = @id AND project = @project", new { id, project }) > 0);

    /// <exception cref="SettingsException">There is no such person, or it is the last owner.</exception>
    public void SetOwner(uint id, bool isOwner) => db.Write(connection =>
    {
        RequireOtherOwner(connection, id, isOwner);
        return connection.Execute("UPDATE users SET is_owner = @isOwner WHERE id = @id", new { id, isOwner }) > 0 ? 0 : throw Unknown(id);
    });

    /// <exception cref="SettingsException">There is no such person, or it is the last owner.</exception>
    public void Remove(uint id) => db.Write(connection =>
    {
        RequireOtherOwner(connection, id, staysOwner: false);
        return connection.Execute("DELETE FROM users WHERE id = @id", new { id }) > 0 ? 0 : throw Unknown(id);
    });

    /// <summary>A secret has changed: the session that asked goes on under the new stamp; all others are over.</summary>
    internal static int Restamp(SqliteConnection connection, uint id, uint? keepSession)
    {
        var stamp = NewStamp();
        connection.Execute("UPDATE users SET security_stamp = @stamp WHERE id = @id", new { id, stamp });
        connection.Execute("DELETE FROM user_sessions WHERE user = @id AND id IS NOT @keepSession", new { id, keepSession });
        return connection.Execute("UPDATE user_sessions SET stamp = @stamp WHERE user = @id", new { id, stamp });
    }

    internal static User Insert(
        SqliteConnection connection, string email, string? name, bool isOwner, string? passwordHash, bool mustChangePassword, IReadOnlyDictionary<uint, Role> roles, long nowMs)
    {
        email = EmailAddress.Checked(email);
        name = CheckedName(string.IsNullOrWhiteSpace(name) ? email[..email.IndexOf('@', StringComparison.Ordinal)] : name);
        var key = EmailAddress.Key(email);
        if (connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM users WHERE email_key = @key)", new { key }))
        {
            throw new SettingsException($"{email} has an account already");
        }

        var id = connection.ExecuteScalar<uint>(
            """
            INSERT INTO users(email, email_key, name, is_owner, password_hash, must_change_password, security_stamp, created_ms)
            VALUES (@email, @key, @name, @isOwner, @passwordHash, @mustChangePassword, @stamp, @nowMs) RETURNING id
            """,
            new { email, key, name, isOwner, passwordHash, mustChangePassword, stamp = NewStamp(), nowMs });
        foreach (var (project, role) in roles)
        {
            InsertRole(connection, id, project, role);
        }

        return Load(connection, "id = @id", new { id }).Single();
    }

    internal static List<User> Load(SqliteConnection connection, string where, object parameters)
    {
        var rows = connection.Query<UserRow>($"{Columns} WHERE {where} ORDER BY id", parameters).ToList();
        var roles = connection
            .Query<(long User, long Project, long Role)>($"SELECT user, project, role FROM user_roles WHERE user IN (SELECT id FROM users WHERE {where})", parameters)
            .ToLookup(row => row.User);
        return [.. rows.Select(row => row.ToUser(roles[row.Id].ToDictionary(role => (uint)role.Project, role => (Role)role.Role)))];
    }

    private static string CheckedName(string text)
    {
        var name = text.Trim();
        return name.Length is > 0 and <= 100 && !name.Any(char.IsControl)
            ? name
            : throw new InvalidSettingException("a person's name has 1 to 100 characters, without line breaks");
    }

    private static string NewStamp() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private static SettingsException Unknown(uint id) => new($"there is no user {id}");

    private static void InsertRole(SqliteConnection connection, uint id, uint project, Role role)
    {
        if (role is not (Role.Viewer or Role.Editor or Role.Admin))
        {
            throw new InvalidSettingException("a role in a project is viewer, editor or admin");
        }

        if (!connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM projects WHERE id = @project)", new { project }))
        {
            throw new SettingsException($"there is no project {project}");
        }

        connection.Execute("INSERT OR REPLACE INTO user_roles(user, project, role) VALUES (@id, @project, @role)", new { id, project, role = (int)role });
    }

    private static void RequireOtherOwner(SqliteConnection connection, uint id, bool staysOwner)
    {
        if (!staysOwner && !connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM users WHERE is_owner AND id <> @id)", new { id }))
        {
            throw new SettingsException("the last owner can neither be removed nor become something else: make another owner first");
        }
    }

    private User Insert(SqliteConnection connection, string email, string? name, bool isOwner, string? passwordHash, bool mustChange, IReadOnlyDictionary<uint, Role> roles) =>
        Insert(connection, email, name, isOwner, passwordHash, mustChange, roles, time.GetUtcNow().ToUnixTimeMilliseconds());

    private void Require(uint id, string sql, object parameters) =>
        db.Write(connection => connection.Execute(sql, parameters) > 0 ? 0 : throw Unknown(id));
}
