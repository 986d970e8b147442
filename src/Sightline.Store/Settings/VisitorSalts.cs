using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sightline.Store.Settings;

/// <summary>
/// The salts of cookieless visitors: one for each day of each project, made when first needed, kept for 48 hours so that a restart, a
/// replay of the log and late events find the same visitors, then destroyed on disk and in memory. Also the installation's own secret,
/// under which given ids are hashed and which stays. May be used from any thread.
/// </summary>
public sealed class VisitorSalts : IDisposable
{
    public const int SaltSize = 16;

    /// <summary>How long a salt lives, from its making.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(48);

    /// <summary>How often salts past their time are looked for.</summary>
    public static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly SettingsDb _db;
    private readonly TimeProvider _time;
    private readonly Dictionary<(uint Project, int Day), Salt> _salts = [];
    private readonly ITimer _timer;
    private bool _disposed;

    public VisitorSalts(SettingsDb db, TimeProvider time)
    {
        _db = db;
        _time = time;
        InstallSecret = db.Write(connection =>
        {
            connection.Execute("INSERT OR IGNORE INTO install_secrets(name, value) VALUES ('visitors', @value)", new { value = RandomNumberGenerator.GetBytes(SaltSize) });
            return connection.ExecuteScalar<byte[]>("SELECT value FROM install_secrets WHERE name = 'visitors'")!;
        });
        DestroyExpired();
        _timer = time.CreateTimer(_ => DestroyExpired(), null, SweepInterval, SweepInterval);
    }

    /// <summary>Key under which user ids and first-party ids are hashed: 16 bytes, the same for the life of the installation.</summary>
    public byte[] InstallSecret { get; }

    /// <summary>Raised when a sweep could not delete; it is tried again at the next.</summary>
    public event Action<Exception>? SweepFailed;

    /// <summary>Copies the salt of a project's day, making one when there is none.</summary>
    /// <param name="project">The project.</param>
    /// <param name="day">Days since 0001-01-01 in the project's zone.</param>
    /// <param name="salt">Takes <see cref="SaltSize"/> bytes.</param>
    public void Read(uint project, int day, Span<byte> salt)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
            if (!_salts.TryGetValue((project, day), out var known) || known.IsExpired(nowMs))
            {
                if (known is not null)
                {
                    Sweep(nowMs);
                }

                known = Load(project, day, nowMs);
                _salts[(project, day)] = known;
            }

            known.Bytes.CopyTo(salt);
        }
    }

    /// <summary>Destroys what is past its time. Called by itself every <see cref="SweepInterval"/>.</summary>
    public void DestroyExpired()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            try
            {
                Sweep(_time.GetUtcNow().ToUnixTimeMilliseconds());
            }
            catch (SqliteException e)
            {
                // On a timer's thread an exception would end the process; a salt that lives ten minutes longer would not.
                SweepFailed?.Invoke(e);
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            _disposed = true;
            foreach (var salt in _salts.Values)
            {
                CryptographicOperations.ZeroMemory(salt.Bytes);
            }

            _salts.Clear();
        }
    }

    private Salt Load(uint project, int day, long nowMs)
    {
        var fresh = RandomNumberGenerator.GetBytes(SaltSize);
        // One transaction under the write lock: an import in another process may make the same day's salt at this moment.
        var (value, createdMs) = _db.Write(connection =>
        {
            connection.Execute(
                """
                INSERT INTO visitor_salts(project, day, salt, created_ms) VALUES (@project, @day, @fresh, @nowMs)
                ON CONFLICT(project, day) DO UPDATE SET salt = @fresh, created_ms = @nowMs WHERE created_ms <= @expiredMs
                """,
                new { project, day, fresh, nowMs, expiredMs = nowMs - (long)Lifetime.TotalMilliseconds });
            return connection.QuerySingle<(byte[] Value, long CreatedMs)>("SELECT salt, created_ms FROM visitor_salts WHERE project = @project AND day = @day", new { project, day });
        });
        if (!ReferenceEquals(value, fresh))
        {
            CryptographicOperations.ZeroMemory(fresh);
        }

        return new Salt(value, createdMs);
    }

    private void Sweep(long nowMs)
    {
        foreach (var (key, salt) in _salts.Where(entry => entry.Value.IsExpired(nowMs)).ToList())
        {
            CryptographicOperations.ZeroMemory(salt.Bytes);
            _salts.Remove(key);
        }

        using var connection = _db.Connect();
        connection.Execute("PRAGMA secure_delete = ON");
        var deleted = connection.Execute("DELETE FROM visitor_salts WHERE created_ms <= @expiredMs", new { expiredMs = nowMs - (long)Lifetime.TotalMilliseconds });
        if (deleted > 0)
        {
            // Older pages lie in the write-ahead log until it is emptied.
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    private sealed record Salt(byte[] Bytes, long CreatedMs)
    {
        public bool IsExpired(long nowMs) => nowMs - CreatedMs >= (long)Lifetime.TotalMilliseconds;
    }
}
