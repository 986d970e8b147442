using System.Globalization;
using System.Text;
using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>A text of the dictionary; the id is 0 until <see cref="TextDictionary.Resolve"/> has found or given one.</summary>
internal sealed class TextEntry
{
    public static readonly TextEntry Empty = new();

    public uint Id { get; set; }

    public ulong Hash { get; set; }

    /// <summary>Of a path: the title that came with it last. Most pages have one, so it need not be looked for.</summary>
    public (string Text, TextEntry? Entry) Title { get; set; }
}

/// <summary>
/// Turns texts into ids of <c>strings</c>. Remembers texts used lately; what it does not remember and may be there is looked up together, in
/// one query by hash, and what is new is appended. What a transaction added counts only after <see cref="Commit"/>.
/// </summary>
internal sealed class TextDictionary : IDisposable
{
    private const long RememberedChars = 6_000_000;
    private const int EntryChars = 60;

    private readonly DuckDbConnection _connection;
    private readonly RecentMap<(uint Project, StringKind Kind, string Text), TextEntry> _known = new(RememberedChars);
    private readonly Dictionary<(uint Project, StringKind Kind, string Text), TextEntry> _pending = [];
    private readonly List<(uint Project, StringKind Kind, string Text)> _unknown = [];
    private readonly (uint Project, string Text, TextEntry? Entry)[] _last = new (uint, string, TextEntry?)[byte.MaxValue + 1];
    private readonly KeyFilter _seen = new();
    private readonly BatchTable _wanted;
    private readonly DuckDbRows _newRows = new(DuckDbType.UInteger, DuckDbType.UInteger, DuckDbType.UTinyInt, DuckDbType.UBigInt, DuckDbType.Varchar);
    private long _lastId;
    private long _committedLastId;
    private bool _filled;

    public TextDictionary(DuckDbConnection connection)
    {
        _connection = connection;
        _wanted = new BatchTable(connection, "wanted_strings", "hash UBIGINT NOT NULL", DuckDbType.UBigInt);
        Reload();
    }

    /// <summary>Takes the last id from the store again, after something else changed it or a commit's outcome is not known.</summary>
    public void Reload()
    {
        Rollback();
        _known.Clear();
        Array.Clear(_last);
        _lastId = _committedLastId = _connection.ScalarLong("SELECT max(id) FROM strings") ?? 0;
    }

    /// <summary>The entry of a text; its id is certain after <see cref="Resolve"/>.</summary>
    public TextEntry Want(uint project, StringKind kind, string text)
    {
        if (text.Length == 0)
        {
            return TextEntry.Empty;
        }

        // Hosts and names come in long runs of the same.
        ref var last = ref _last[(byte)kind];
        if (last.Entry is null || last.Project != project || last.Text != text)
        {
            last = (project, text, Find(project, kind, text));
        }

        return last.Entry!;
    }

    /// <summary>The entry of a page's title.</summary>
    public TextEntry WantTitle(uint project, TextEntry path, string title)
    {
        if (path.Title.Entry is { } entry && path.Title.Text == title)
        {
            return entry;
        }

        entry = Want(project, StringKind.Title, title);
        if (path != TextEntry.Empty)
        {
            path.Title = (title, entry);
        }

        return entry;
    }

    /// <summary>Gives every wanted text its id.</summary>
    public void Resolve()
    {
        if (_unknown.Count == 0)
        {
            return;
        }

        Fill();
        List<ulong> maybe = [];
        foreach (var key in _unknown)
        {
            var hash = _pending[key].Hash;
            if (_seen.MayContain(hash))
            {
                maybe.Add(hash);
            }
        }

        if (maybe.Count > 0)
        {
            Find(maybe);
        }

        Add();
        _unknown.Clear();
    }

    public void Commit()
    {
        foreach (var (key, entry) in _pending)
        {
            _known.Set(key, entry, key.Text.Length + EntryChars);
        }

        _pending.Clear();
        _committedLastId = _lastId;
    }

    public void Rollback()
    {
        _pending.Clear();
        _unknown.Clear();
        _lastId = _committedLastId;
    }

    public void Dispose()
    {
        _wanted.Dispose();
        _newRows.Dispose();
    }

    private TextEntry Find(uint project, StringKind kind, string text)
    {
        if (_known.TryGet((project, kind, text), out var entry) || _pending.TryGetValue((project, kind, text), out entry))
        {
            return entry;
        }

        var clean = CleanText.Of(text);
        if (!ReferenceEquals(clean, text))
        {
            return clean.Length == 0 ? TextEntry.Empty : Find(project, kind, clean);
        }

        entry = new TextEntry { Hash = TextHash.Of(project, kind, Encoding.UTF8.GetBytes(text)) };
        _pending.Add((project, kind, text), entry);
        _unknown.Add((project, kind, text));
        return entry;
    }

    private void Find(List<ulong> hashes)
    {
        using (var wanted = _wanted.Begin())
        {
            foreach (var hash in hashes)
            {
                _wanted.Rows.Set(0, wanted.Next(), hash);
            }

            wanted.Finish();
        }

        using var reader = _connection.Query("""
            SELECT s.id, s.project, s.kind, s.text FROM strings s WHERE s.hash IN (SELECT hash FROM temp.wanted_strings)
            """);
        while (reader.Read())
        {
            var ids = reader.Column(0).Values<uint>();
            var projects = reader.Column(1).Values<uint>();
            var kinds = reader.Column(2).Values<byte>();
            var texts = reader.Column(3).Strings();
            for (var row = 0; row < reader.Rows; row++)
            {
                // Another text of the same hash is not pending, so it finds nothing here.
                if (_pending.TryGetValue((projects[row], (StringKind)kinds[row], texts[row].ToString()), out var entry))
                {
                    entry.Id = ids[row];
                }
            }
        }
    }

    private void Add()
    {
        using var added = new TableAppender(_connection, _newRows, "strings");
        foreach (var key in _unknown)
        {
            var entry = _pending[key];
            if (entry.Id == 0)
            {
                if (_lastId >= uint.MaxValue)
                {
                    throw new StoreFormatException(string.Create(CultureInfo.InvariantCulture, $"The dictionary is full: {_lastId} texts."));
                }

                entry.Id = (uint)++_lastId;
                _seen.Add(entry.Hash);
                var row = added.Next();
                _newRows.Set(0, row, entry.Id);
                _newRows.Set(1, row, key.Project);
                _newRows.Set(2, row, (byte)key.Kind);
                _newRows.Set(3, row, entry.Hash);
                _newRows.SetBytes(4, row, Encoding.UTF8.GetBytes(key.Text));
            }
        }

        added.Finish();
    }

    /// <summary>Removed texts stay in the filter: looked up in vain.</summary>
    private void Fill()
    {
        if (_filled && !_seen.IsFull)
        {
            return;
        }

        _seen.Reset((_connection.ScalarLong("SELECT count(*) FROM strings") ?? 0) + _unknown.Count);
        using var reader = _connection.Query("SELECT hash FROM strings");
        while (reader.Read())
        {
            foreach (var hash in reader.Column(0).Values<ulong>())
            {
                _seen.Add(hash);
            }
        }

        _filled = true;
    }
}
