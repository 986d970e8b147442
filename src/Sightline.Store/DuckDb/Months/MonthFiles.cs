using System.Globalization;

namespace Sightline.Store.DuckDb.Months;

/// <summary>
/// The files of settled months in the store's directory: attached to the engine read-only, held by readers, let go when the store no
/// longer names them. Safe for many threads.
/// </summary>
internal sealed class MonthFiles(DuckDbDatabase database, string directory) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly DuckDbConnection _connection = database.Connect();
    private readonly Dictionary<(Month Month, int Generation), Held> _attached = [];
    private IReadOnlyList<MonthFile> _current = [];

    /// <summary>Files that count now, oldest month first. Changes only with the write lock held.</summary>
    public IReadOnlyList<MonthFile> Current => Volatile.Read(ref _current);

    public string Directory => directory;

    /// <summary>Attaches the files that the store names, and then deletes those it does not name.</summary>
    /// <exception cref="StoreFormatException">A file is missing or is not the one named.</exception>
    public void Open(DuckDbConnection main)
    {
        var named = SettledMonths.Read(main).ConvertAll(month => month.File);
        foreach (var file in named)
        {
            if (!File.Exists(PathOf(file)))
            {
                throw new StoreFormatException(string.Create(CultureInfo.InvariantCulture,
                    $"{PathOf(file)} is missing: it holds the {file.Rows} events of {file.Month}. Restore it, or the whole directory, from a backup."));
            }

            try
            {
                Attach(file);
            }
            catch (DuckDbException failure)
            {
                throw new StoreFormatException($"{PathOf(file)} cannot be opened: it is damaged or not a file of this store. Restore it from a backup. ({failure.Message})", failure);
            }
        }

        Count(named);
        DeleteUnnamed(named);
    }

    /// <summary>Files in the directory, before the database is opened.</summary>
    public static bool Any(string directory) => System.IO.Directory.EnumerateFiles(directory, MonthFile.Pattern).Any();

    /// <summary>A file of the next generation, not written yet. Its place is free.</summary>
    public MonthFile Next(Month month)
    {
        lock (_lock)
        {
            var last = _attached.Keys.Where(key => key.Month == month).Select(key => key.Generation).DefaultIfEmpty(0).Max();
            var next = new MonthFile(month, last + 1, 0);
            Delete(next);
            return next;
        }
    }

    /// <summary>Attaches a file that was written, before the store names it.</summary>
    public void Attach(MonthFile file)
    {
        lock (_lock)
        {
            _connection.Execute($"ATTACH {Quoted(PathOf(file))} AS {file.Alias} (READ_ONLY)");
            _attached.Add((file.Month, file.Generation), new Held(file));
        }

        var rows = _connection.ScalarLong($"SELECT count(*) FROM {file.Table}");
        if (rows != file.Rows)
        {
            throw new StoreFormatException(string.Create(CultureInfo.InvariantCulture,
                $"{PathOf(file)} holds {rows} events instead of {file.Rows}: it is not the file this store wrote. Restore it from a backup."));
        }
    }

    /// <summary>The store names these files now, and no others.</summary>
    public void Count(IReadOnlyList<MonthFile> named)
    {
        lock (_lock)
        {
            Volatile.Write(ref _current, [.. named]);
            foreach (var held in _attached.Values)
            {
                held.Named = named.Contains(held.File);
            }
        }
    }

    /// <summary>Keeps files from being let go; <see langword="false"/>: one is gone already, for the store names another by now.</summary>
    public bool TryHold(IReadOnlyList<MonthFile> files)
    {
        lock (_lock)
        {
            if (!files.All(file => _attached.ContainsKey((file.Month, file.Generation))))
            {
                return false;
            }

            foreach (var file in files)
            {
                _attached[(file.Month, file.Generation)].Readers++;
            }

            return true;
        }
    }

    public void Release(IReadOnlyList<MonthFile> files)
    {
        lock (_lock)
        {
            foreach (var file in files)
            {
                _attached[(file.Month, file.Generation)].Readers--;
            }
        }
    }

    /// <summary>Detaches and deletes files that neither the store nor a reader needs.</summary>
    public void LetGo()
    {
        lock (_lock)
        {
            foreach (var (key, held) in _attached.Where(entry => entry.Value is { Named: false, Readers: 0 }).ToList())
            {
                _connection.Execute($"DETACH {held.File.Alias}");
                _attached.Remove(key);
                Delete(held.File);
            }
        }
    }

    public string PathOf(MonthFile file) => Path.Combine(directory, file.Name);

    /// <summary>0: it was let go meanwhile.</summary>
    public long BytesOf(MonthFile file) => new FileInfo(PathOf(file)) is { Exists: true } info ? info.Length : 0;

    public static string Quoted(string path) => "'" + path.Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>Deletes a file that is not attached, whatever is there of it.</summary>
    public void Delete(MonthFile file)
    {
        lock (_lock)
        {
            if (_attached.ContainsKey((file.Month, file.Generation)))
            {
                return;
            }
        }

        File.Delete(PathOf(file));
        File.Delete(PathOf(file) + ".wal");
    }

    public void Dispose() => _connection.Dispose();

    private void DeleteUnnamed(List<MonthFile> named)
    {
        var names = named.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var path in System.IO.Directory.EnumerateFiles(directory, MonthFile.Pattern))
        {
            if (!names.Contains(Path.GetFileName(path)))
            {
                File.Delete(path);
            }
        }
    }

    private sealed class Held(MonthFile file)
    {
        public MonthFile File => file;

        /// <summary>The store names it.</summary>
        public bool Named { get; set; } = true;

        public int Readers { get; set; }
    }
}
