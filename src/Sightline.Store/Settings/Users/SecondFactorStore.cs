using Dapper;
using Microsoft.Data.Sqlite;

namespace Sightline.Store.Settings;

/// <summary>Authenticator apps and recovery codes. Every change ends the person's other sessions.</summary>
public sealed class SecondFactorStore(SettingsDb db)
{
    /// <summary>Sets up an authenticator app, in the place of one there may be.</summary>
    /// <param name="id">Whose.</param>
    /// <param name="secret">What the app shares, sealed.</param>
    /// <param name="step">Time step of the code that confirmed it: it does not count again.</param>
    /// <param name="keepSession">Goes on.</param>
    public void SetTotp(uint id, byte[] secret, long step, uint? keepSession) => db.Write(connection =>
    {
        connection.Execute("UPDATE users SET totp_secret = @secret, totp_step = @step WHERE id = @id", new { id, secret, step });
        return UserStore.Restamp(connection, id, keepSession);
    });

    /// <summary>Takes the authenticator app away; without a passkey also the recovery codes.</summary>
    public void RemoveTotp(uint id, uint? keepSession) => db.Write(connection =>
    {
        connection.Execute("UPDATE users SET totp_secret = NULL, totp_step = 0 WHERE id = @id", new { id });
        DropIdleCodes(connection, id);
        return UserStore.Restamp(connection, id, keepSession);
    });

    /// <summary>Takes everything away but the password, and ends all sessions: for somebody who has lost it all.</summary>
    public void Reset(uint id) => db.Write(connection =>
    {
        connection.Execute("UPDATE users SET totp_secret = NULL, totp_step = 0 WHERE id = @id", new { id });
        connection.Execute("DELETE FROM user_passkeys WHERE user = @id", new { id });
        DropIdleCodes(connection, id);
        return UserStore.Restamp(connection, id, keepSession: null);
    });

    /// <summary>Takes a code's time step. <see langword="false"/>: that one or a later one was taken already.</summary>
    public bool TryTakeTotpStep(uint id, long step) =>
        db.Write(connection => connection.Execute("UPDATE users SET totp_step = @step WHERE id = @id AND totp_step < @step", new { id, step }) > 0);

    /// <summary>Replaces all recovery codes.</summary>
    public void SetCodes(uint id, IEnumerable<byte[]> hashes) => db.Write(connection =>
    {
        connection.Execute("DELETE FROM user_recovery_codes WHERE user = @id", new { id });
        return connection.Execute("INSERT INTO user_recovery_codes(user, hash) VALUES (@id, @hash)", hashes.Select(hash => new { id, hash }));
    });

    /// <summary>Uses a recovery code up. <see langword="false"/>: it is none, or was used.</summary>
    public bool TryTakeCode(uint id, byte[] hash) =>
        db.Write(connection => connection.Execute("DELETE FROM user_recovery_codes WHERE user = @id AND hash = @hash", new { id, hash }) > 0);

    public int CodesLeft(uint id) =>
        db.Read(connection => connection.ExecuteScalar<int>("SELECT count(*) FROM user_recovery_codes WHERE user = @id", new { id }));

    // Codes stand in for a second factor. Without one, nobody is asked for them.
    internal static void DropIdleCodes(SqliteConnection connection, uint id) => connection.Execute(
        """
        DELETE FROM user_recovery_codes WHERE user = @id
        AND NOT EXISTS (SELECT 1 FROM user_passkeys WHERE user = @id) AND NOT EXISTS (SELECT 1 FROM users WHERE id = @id AND totp_secret IS NOT NULL)
        """,
        new { id });
}
