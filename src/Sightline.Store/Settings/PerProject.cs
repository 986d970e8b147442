using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Sightline.Store.Settings;

/// <summary>Rows of projects, kept in memory until something is written.</summary>
/// <typeparam name="T">What a project has.</typeparam>
internal sealed class PerProject<T> : IDisposable
{
    private readonly SettingsDb _db;
    private readonly Func<SqliteConnection, uint, T> _read;
    private readonly ConcurrentDictionary<uint, T> _known = new();

    public PerProject(SettingsDb db, Func<SqliteConnection, uint, T> read)
    {
        (_db, _read) = (db, read);
        db.Written += _known.Clear;
    }

    public T Of(uint project) => _known.GetOrAdd(project, id => _db.Read(connection => _read(connection, id)));

    public void Dispose() => _db.Written -= _known.Clear;
}
