using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>
/// Visitors known to be a person. One person a visitor: when several are claimed (a shared device) the greatest id wins, so that the
/// order of arrival decides nothing.
/// </summary>
internal sealed class IdentityTable : IDisposable
{
    private const int Remembered = 100_000;

    private readonly DuckDbConnection _connection;
    private readonly BatchTable _batch;
    private readonly RecentMap<(uint Project, ulong Visitor), ulong> _known = new(Remembered);
    private readonly Dictionary<(uint Project, ulong Visitor), ulong> _pending = [];

    public IdentityTable(DuckDbConnection connection)
    {
        _connection = connection;
        _batch = new BatchTable(connection, "batch_identities", "project UINTEGER NOT NULL, visitor UBIGINT NOT NULL, person UBIGINT NOT NULL",
            DuckDbType.UInteger, DuckDbType.UBigInt, DuckDbType.UBigInt);
    }

    /// <summary>Stores what the events tell of who is who.</summary>
    /// <returns>Projects in which something may have changed.</returns>
    public IEnumerable<uint> Save(IReadOnlyList<Event> events)
    {
        _pending.Clear();
        foreach (var e in events)
        {
            var key = (e.Project, e.AlsoVisitor);
            if (e is { AlsoVisitor: not 0, Person: not 0 } && (!_known.TryGet(key, out var person) || person < e.Person))
            {
                _pending[key] = Math.Max(_pending.GetValueOrDefault(key), e.Person);
            }
        }

        if (_pending.Count == 0)
        {
            return [];
        }

        using (var appender = _batch.Begin())
        {
            foreach (var (key, person) in _pending)
            {
                var row = appender.Next();
                _batch.Rows.Set(0, row, key.Project);
                _batch.Rows.Set(1, row, key.Visitor);
                _batch.Rows.Set(2, row, person);
            }

            appender.Finish();
        }

        var changed = _connection.Execute("""
            UPDATE identities i SET person = b.person FROM temp.batch_identities b WHERE i.project = b.project AND i.visitor = b.visitor AND i.person < b.person
            """);
        changed += _connection.Execute("""
            INSERT INTO identities SELECT b.* FROM temp.batch_identities b ANTI JOIN identities i ON i.project = b.project AND i.visitor = b.visitor
            """);
        return changed == 0 ? [] : [.. _pending.Keys.Select(k => k.Project).Distinct()];
    }

    public void Dispose() => _batch.Dispose();

    public void Commit()
    {
        foreach (var (key, person) in _pending)
        {
            _known.Set(key, person);
        }

        _pending.Clear();
    }

    public void Rollback() => _pending.Clear();

    /// <summary>Rows were deleted by something else.</summary>
    public void Forget()
    {
        _pending.Clear();
        _known.Clear();
    }
}
