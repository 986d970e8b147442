using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sightline.Store.Settings;

/// <summary>
/// Sessions of signed-in people, kept here and not in the cookie: one can be ended at once. The cookie holds 256 random bits, this table
/// their SHA-256 only.
/// </summary>
public sealed class SessionStore(SettingsDb db, TimeProvider time)
{
    // For people, and for the idle limit: need not be exact, and each costs a write.
    private const long SaveSeenEveryMs = 60_000;
    private const int SqliteIoError = 10;
    private const int SqliteFull = 13;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Begins a session and returns the secret for its cookie. Sessions that are over go.</summary>
    public string Begin(User user, TimeSpan idle, TimeSpan lifetime, string address, string browser)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var now = NowMs;
        db.Write(connection =>
        {
            connection.Execute("DELETE FROM user_sessions WHERE ends_ms <= @now OR seen_ms + idle_ms <= @now", new { now });
            return connection.Execute(
                """
                INSERT INTO user_sessions(hash, user, stamp, created_ms, seen_ms, proved_ms, idle_ms, ends_ms, address, browser)
                VALUES (@hash, @user, @stamp, @now, @now, @now, @idle, @ends, @address, @browser)
                """,
                new { hash = Hash(secret), user = user.Id, stamp = user.SecurityStamp, now, idle = (long)idle.TotalMilliseconds, ends = now + (long)lifetime.TotalMilliseconds, address, browser });
        });
        return secret;
    }

    /// <summary>Who the secret belongs to, now; <see langword="null"/>: it never was one, or its session is over.</summary>
    public (User User, UserSession Session)? Find(string secret) => Find(secret, isUsed: true);

    /// <summary>As <see cref="Find(string)"/>, for who only looks whether it still holds: it grows no younger.</summary>
    public (User User, UserSession Session)? Look(string secret) => Find(secret, isUsed: false);

    private (User User, UserSession Session)? Find(string secret, bool isUsed)
    {
        var hash = Hash(secret);
        var now = NowMs;
        var found = db.Read(connection =>
        {
            var row = connection.QuerySingleOrDefault<Row>(
                """
                SELECT id, user, stamp, created_ms AS CreatedMs, seen_ms AS SeenMs, proved_ms AS ProvedMs, ends_ms AS EndsMs, address, browser FROM user_sessions
                WHERE hash = @hash AND ends_ms > @now AND seen_ms + idle_ms > @now
                """,
                new { hash, now });
            var user = row is null ? null : UserStore.Load(connection, "id = @User", new { row.User }).SingleOrDefault();
            return user is not null && user.SecurityStamp == row!.Stamp ? (User: user, Row: row) : default;
        });
        if (found.User is null)
        {
            return null;
        }

        // Also when the clock was set back: never wait for a time that may be a year away.
        if (isUsed && Math.Abs(now - found.Row.SeenMs) >= SaveSeenEveryMs)
        {
            try
            {
                db.Write(connection => connection.Execute("UPDATE user_sessions SET seen_ms = @now WHERE hash = @hash", new { hash, now }));
            }
            catch (SqliteException e) when (e.SqliteErrorCode is SqliteFull or SqliteIoError)
            {
                // On a full disk the screens go on working, which is where a person sees that it is full.
            }
        }

        return (found.User, found.Row.ToSession());
    }

    /// <summary>Those that are not over, the last used first.</summary>
    public IReadOnlyList<UserSession> List(uint user) => db.Read(connection => connection
        .Query<Row>(
            """
            SELECT s.id, s.created_ms AS CreatedMs, s.seen_ms AS SeenMs, s.proved_ms AS ProvedMs, s.ends_ms AS EndsMs, s.address, s.browser
            FROM user_sessions s JOIN users u ON u.id = s.user AND u.security_stamp = s.stamp
            WHERE s.user = @user AND s.ends_ms > @now AND s.seen_ms + s.idle_ms > @now ORDER BY s.seen_ms DESC, s.id DESC
            """,
            new { user, now = NowMs })
        .Select(row => row.ToSession())
        .ToList());

    public void End(string secret) => db.Write(connection => connection.Execute("DELETE FROM user_sessions WHERE hash = @hash", new { hash = Hash(secret) }));

    /// <summary>Ends a session of <paramref name="user"/>; of nobody else.</summary>
    public bool End(uint user, uint session) =>
        db.Write(connection => connection.Execute("DELETE FROM user_sessions WHERE user = @user AND id = @session", new { user, session }) > 0);

    public void EndOthers(uint user, uint keep) =>
        db.Write(connection => connection.Execute("DELETE FROM user_sessions WHERE user = @user AND id <> @keep", new { user, keep }));

    /// <summary>Ends them all: of one person, wherever signed in.</summary>
    public void EndAll(uint user) => db.Write(connection => connection.Execute("DELETE FROM user_sessions WHERE user = @user", new { user }));

    /// <summary>Ends everybody's sessions that may be idle for longer than <paramref name="idle"/>.</summary>
    public void EndLonger(TimeSpan idle) =>
        db.Write(connection => connection.Execute("DELETE FROM user_sessions WHERE idle_ms > @longest", new { longest = (long)idle.TotalMilliseconds }));

    /// <summary>The person of a session has proven again who they are.</summary>
    public void SaveProof(uint session) =>
        db.Write(connection => connection.Execute("UPDATE user_sessions SET proved_ms = @now WHERE id = @session", new { session, now = NowMs }));

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private sealed class Row
    {
        public long Id { get; init; }

        public long User { get; init; }

        public string Stamp { get; init; } = "";

        public long CreatedMs { get; init; }

        public long SeenMs { get; init; }

        public long ProvedMs { get; init; }

        public long EndsMs { get; init; }

        public string Address { get; init; } = "";

        public string Browser { get; init; } = "";

        public UserSession ToSession() => new((uint)Id, CreatedMs, SeenMs, ProvedMs, EndsMs, Address, Browser);
    }
}
