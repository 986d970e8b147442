using Dapper;
using Microsoft.Data.Sqlite;

namespace Sightline.Store.Settings;

/// <summary>People's passkeys.</summary>
public sealed class PasskeyStore(SettingsDb db, TimeProvider time)
{
    /// <summary>Of one person. More than anybody has devices.</summary>
    public const int Most = 20;

    private const string Columns =
        """
        SELECT credential, user, name, public_key AS PublicKey, sign_count AS SignCount, transports, is_user_verified AS IsUserVerified,
               is_backup_eligible AS IsBackupEligible, is_backed_up AS IsBackedUp, attestation, client_data AS ClientData,
               created_ms AS CreatedMs, last_used_ms AS LastUsedMs
        FROM user_passkeys
        """;

    /// <summary>In the order in which they were added.</summary>
    public IReadOnlyList<Passkey> List(uint user) =>
        db.Read(connection => connection.Query<Row>($"{Columns} WHERE user = @user ORDER BY created_ms, credential", new { user }).Select(row => row.ToPasskey()).ToList());

    public Passkey? Find(byte[] credential) =>
        db.Read(connection => connection.QuerySingleOrDefault<Row>($"{Columns} WHERE credential = @credential", new { credential })?.ToPasskey());

    /// <summary>Adds a passkey. The other sessions of the person are over, as after every change of what they sign in with.</summary>
    /// <exception cref="SettingsException">The name is not valid, it is somebody's already, or there are too many.</exception>
    public void Add(Passkey passkey, uint? keepSession) => db.Write(connection =>
    {
        var name = CheckedName(passkey.Name);
        if (connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM user_passkeys WHERE credential = @Credential)", new { passkey.Credential }))
        {
            throw new InvalidSettingException("this passkey is in use already");
        }

        if (connection.ExecuteScalar<int>("SELECT count(*) FROM user_passkeys WHERE user = @User", new { passkey.User }) >= Most)
        {
            throw new InvalidSettingException($"an account has at most {Most} passkeys: remove one first");
        }

        connection.Execute(
            """
            INSERT INTO user_passkeys(credential, user, name, public_key, sign_count, transports, is_user_verified, is_backup_eligible, is_backed_up, attestation, client_data, created_ms)
            VALUES (@Credential, @User, @name, @PublicKey, @SignCount, @transports, @IsUserVerified, @IsBackupEligible, @IsBackedUp, @Attestation, @ClientData, @now)
            """,
            new
            {
                passkey.Credential,
                passkey.User,
                name,
                passkey.PublicKey,
                SignCount = (long)passkey.SignCount,
                transports = string.Join(' ', passkey.Transports),
                passkey.IsUserVerified,
                passkey.IsBackupEligible,
                passkey.IsBackedUp,
                passkey.Attestation,
                passkey.ClientData,
                now = NowMs,
            });
        return UserStore.Restamp(connection, passkey.User, keepSession);
    });

    /// <summary>It has signed. <see langword="false"/>: it is gone, or another request was first with this count or a later one.</summary>
    public bool TrySaveUse(byte[] credential, uint signCount, bool isBackedUp) => db.Write(connection => connection.Execute(
        """
        UPDATE user_passkeys SET sign_count = @signCount, is_backed_up = @isBackedUp, last_used_ms = @now
        WHERE credential = @credential AND (sign_count < @signCount OR (sign_count = 0 AND @signCount = 0))
        """,
        new { credential, signCount = (long)signCount, isBackedUp, now = NowMs }) > 0);

    /// <exception cref="SettingsException">The name is not valid.</exception>
    public bool Rename(uint user, byte[] credential, string name)
    {
        name = CheckedName(name);
        return db.Write(connection => connection.Execute("UPDATE user_passkeys SET name = @name WHERE user = @user AND credential = @credential", new { user, credential, name }) > 0);
    }

    /// <summary>Removes a passkey of <paramref name="user"/>; with the last second factor the recovery codes go.</summary>
    /// <returns>Its name; <see langword="null"/>: there is none.</returns>
    public string? Remove(uint user, byte[] credential, uint? keepSession) => db.Write(connection =>
    {
        var name = connection.QuerySingleOrDefault<string>("DELETE FROM user_passkeys WHERE user = @user AND credential = @credential RETURNING name", new { user, credential });
        if (name is not null)
        {
            SecondFactorStore.DropIdleCodes(connection, user);
            UserStore.Restamp(connection, user, keepSession);
        }

        return name;
    });

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static string CheckedName(string text)
    {
        var name = text.Trim();
        return name.Length is > 0 and <= 60 && !name.Any(char.IsControl)
            ? name
            : throw new InvalidSettingException("a passkey's name has 1 to 60 characters, without line breaks");
    }

    private sealed class Row
    {
        public byte[] Credential { get; init; } = [];

        public long User { get; init; }

        public string Name { get; init; } = "";

        public byte[] PublicKey { get; init; } = [];

        public long SignCount { get; init; }

        public string Transports { get; init; } = "";

        public bool IsUserVerified { get; init; }

        public bool IsBackupEligible { get; init; }

        public bool IsBackedUp { get; init; }

        public byte[] Attestation { get; init; } = [];

        public byte[] ClientData { get; init; } = [];

        public long CreatedMs { get; init; }

        public long? LastUsedMs { get; init; }

        public Passkey ToPasskey() => new()
        {
            Credential = Credential,
            User = (uint)User,
            Name = Name,
            PublicKey = PublicKey,
            SignCount = (uint)SignCount,
            Transports = Transports.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            IsUserVerified = IsUserVerified,
            IsBackupEligible = IsBackupEligible,
            IsBackedUp = IsBackedUp,
            Attestation = Attestation,
            ClientData = ClientData,
            CreatedMs = CreatedMs,
            LastUsedMs = LastUsedMs,
        };
    }
}
