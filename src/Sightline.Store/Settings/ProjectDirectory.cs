using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Sightline.Core.Model;

namespace Sightline.Store.Settings;

/// <summary>
/// Projects and tokens in memory, for the hot path: look-ups take no lock and allocate nothing. It follows the database: at once after
/// writes of this process, and at the next <see cref="RunOnce"/> after writes of another. A look-up sees one whole state, never a mix.
/// </summary>
public sealed class ProjectDirectory : IDisposable
{
    // A token's time of last use is for people: written at most this often.
    private const long SaveUsesEveryMs = 60_000;
    private const int LongestToken = 256;

    /// <summary>However many look-ups fail, the database is asked at most once in this time on their account.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(25);

    private readonly SettingsDb _db;
    private readonly TimeProvider _time;
    private readonly TokenStore _tokenStore;
    private readonly Lock _reloading = new();
    // PRAGMA data_version tells of other connections' commits only to a connection that stays open.
    private readonly SqliteConnection _watcher;
    private long _seenVersion;
    private long _usesSavedMs;
    private bool _disposed;
    private readonly TimeProvider _pace;
    private readonly Lock _looking = new();
    private Task? _nextLook;
    private long? _lookedAt;
    private long _looks;
    private volatile DirectorySnapshot _snapshot = DirectorySnapshot.Empty;

    public ProjectDirectory(SettingsDb db, TimeProvider time)
        // How often the machine is put to work is a matter of its own clock, whatever clock the data go by.
        : this(db, time, TimeProvider.System)
    {
    }

    internal ProjectDirectory(SettingsDb db, TimeProvider time, TimeProvider pace)
    {
        _db = db;
        _time = time;
        _pace = pace;
        _tokenStore = new TokenStore(db, time);
        _usesSavedMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        _watcher = db.Connect();
        _seenVersion = -1;
        Refresh();
        db.Written += OnWritten;
    }

    /// <summary>Every project but <see cref="BuiltIn"/>, in order of id.</summary>
    public IReadOnlyList<Project> All => _snapshot.Projects;

    /// <summary>The one that holds the server's own metrics; <see langword="null"/>: there is none yet.</summary>
    public Project? BuiltIn => TryGetById(Project.BuiltInId, out var project) ? project : null;

    public bool TryGetById(uint id, [NotNullWhen(true)] out Project? project) => _snapshot.TryGetById(id, out project);

    public bool TryGetByKey(string publicKey, [NotNullWhen(true)] out Project? project) => _snapshot.TryGetByKey(publicKey, out project);

    public bool TryGetByKey(ReadOnlySpan<char> publicKey, [NotNullWhen(true)] out Project? project) => _snapshot.TryGetByKey(publicKey, out project);

    /// <summary>It looks like a token: worth <see cref="LookAgainAsync"/> when it is not known.</summary>
    public static bool MayBeToken([NotNullWhen(true)] string? token) => token is not null && NewKeys.IsToken(token);

    /// <summary>What <paramref name="token"/> allows; <see langword="null"/>: it is not valid.</summary>
    public TokenGrant? FindToken(string token) => FindToken(token.AsSpan());

    /// <inheritdoc cref="FindToken(string)"/>
    public TokenGrant? FindToken(ReadOnlySpan<char> token)
    {
        if (token.Length is 0 or > LongestToken)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[LongestToken * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(token, bytes)], hash);
        var known = _snapshot.FindToken(hash);
        if (known is not null)
        {
            Volatile.Write(ref known.Use.LastMs, _time.GetUtcNow().ToUnixTimeMilliseconds());
        }

        return known?.Grant;
    }

    /// <summary>How often <see cref="LookAgainAsync"/> has asked the database.</summary>
    public long Looks => Interlocked.Read(ref _looks);

    /// <summary>
    /// For a look-up that found nothing: when this completes, everything that was committed before the call is known, by whatever process.
    /// All who wait share one look, made by none of their threads; a flood of unknown keys costs <see cref="LookEvery"/> of waiting each.
    /// </summary>
    public Task LookAgainAsync()
    {
        lock (_looking)
        {
            return _nextLook ??= LookAsync(_lookedAt is { } last ? LookEvery - _pace.GetElapsedTime(last) : TimeSpan.Zero);
        }
    }

    /// <summary>Takes over what other processes changed, and now and then saves when tokens were last used. Called about twice a second.</summary>
    public void RunOnce()
    {
        Refresh();
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        // Also when the clock was set back: never wait for a time that may be a year away.
        if (Math.Abs(now - _usesSavedMs) >= SaveUsesEveryMs)
        {
            _usesSavedMs = now;
            SaveUses();
        }
    }

    /// <summary>Saves what is left to save and lets go of the database.</summary>
    public void Dispose()
    {
        _db.Written -= OnWritten;
        lock (_reloading)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _watcher.Dispose();
        }

        SaveUses();
    }

    private void OnWritten() => Refresh();

    private async Task LookAsync(TimeSpan wait)
    {
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _pace).ConfigureAwait(false);
        }

        await Task.Yield();
        lock (_looking)
        {
            // Who comes from here on may know of a later commit than this look sees: the next one is theirs.
            _nextLook = null;
            _lookedAt = _pace.GetTimestamp();
        }

        Interlocked.Increment(ref _looks);
        Refresh();
    }

    private void Refresh()
    {
        lock (_reloading)
        {
            if (_disposed)
            {
                return;
            }

            // Read before loading: a commit between the two is seen by the next call, never missed.
            var version = _watcher.ExecuteScalar<long>("PRAGMA data_version");
            if (version != _seenVersion)
            {
                using var transaction = _watcher.BeginTransaction(deferred: true);
                _snapshot = DirectorySnapshot.Load(_watcher, _snapshot);
                _seenVersion = version;
            }
        }
    }

    private void SaveUses()
    {
        var uses = new List<(uint Id, long LastUsedMs)>();
        foreach (var known in _snapshot.Tokens)
        {
            var last = Volatile.Read(ref known.Use.LastMs);
            if (last != known.Use.SavedMs)
            {
                known.Use.SavedMs = last;
                uses.Add((known.Grant.TokenId, last));
            }
        }

        if (uses.Count > 0)
        {
            _tokenStore.SaveLastUsed(uses);
        }
    }
}
