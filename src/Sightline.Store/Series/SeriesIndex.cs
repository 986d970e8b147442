using Sightline.Core.Model;
using Sightline.Core.Queries.Graphite;
using Sightline.Core.Wire.Graphite;

namespace Sightline.Store.Series;

/// <summary>
/// Every series in memory. The feeder asks for series by name and gets those it has not seen as wanted ones; once a transaction has stored them they are
/// published, and only then found by readers.
/// </summary>
public sealed class SeriesIndex : IDisposable
{
    private readonly Dictionary<uint, ProjectSeries> _projects = [];
    private readonly ReaderWriterLockSlim _lock = new();

    internal SeriesIndex()
    {
    }

    /// <summary>Series a project may have that sets no limit of its own; points of more are dropped, counted and shown.</summary>
    public const int DefaultLimit = 1_000_000;

    /// <summary>Series a project may have.</summary>
    public Func<uint, int> LimitOf { get; set; } = static _ => DefaultLimit;

    /// <summary>What it keeps out.</summary>
    public SeriesGuard Guard { get; } = new();

    /// <summary>Series known, of all projects.</summary>
    public int Count
    {
        get
        {
            _lock.EnterReadLock();
            try
            {
                return _projects.Values.Sum(project => project.ByName.Count);
            }
            finally
            {
                _lock.ExitReadLock();
            }
        }
    }

    /// <summary>Rules of a project: one object for as long as they do not change.</summary>
    public Func<uint, KeepingRules> Rules { get; set; } = static _ => KeepingRules.None;

    /// <summary>What a project's limit of series keeps out.</summary>
    public SeriesGuardReport GuardReport(uint project) => Guard.Report(project, CountOf(project), LimitOf(project));

    /// <summary>The report of a project of which something was refused, when it is time to tell of it.</summary>
    public SeriesGuardReport? TakeWarning(uint project, long nowMs) => Guard.IsToTell(project, nowMs) ? GuardReport(project) : null;

    /// <summary>How a series is kept: as was said of itself, or by its project's rules.</summary>
    public SeriesKeeping? KeepingOf(SeriesEntry entry) => entry.Keeping ?? entry.KeepingBy(Rules(entry.Project));

    /// <summary>The last id given to a series; hold the store's write lock.</summary>
    internal long LastId { get; set; }

    /// <summary>The coarser archive of that step of a series, which may have to be stored yet. For who writes only.</summary>
    public SeriesEntry WantCoarser(SeriesEntry series, uint step)
    {
        if (series.CoarserOf(step) is { } known)
        {
            return known;
        }

        _lock.EnterWriteLock();
        try
        {
            var levels = Of(series.Project).Levels;
            var name = SeriesLevel.Name(series.Utf8Name, step);
            if (!levels.TryGetValue(name, out var archive))
            {
                levels.Add(name, archive = new SeriesEntry(series.Project, name, step) { Of = series });
            }

            return archive;
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>The series of that name (a <see cref="SeriesLevel"/>'s: the archive), which may have to be stored yet; <see langword="null"/>: the project has as many as it may. For the feeder only.</summary>
    public SeriesEntry? Want(uint project, ReadOnlySpan<byte> name, uint step)
    {
        if (SeriesLevel.TrySplit(name, out var series, out var coarse))
        {
            return Want(project, series, step) is { } of ? WantCoarser(of, coarse) : null;
        }

        return WantSeries(project, name, step);
    }

    /// <summary>What series were imported from; 0: nothing, or there is none of that name.</summary>
    public ulong[] Sources(uint project, IReadOnlyList<byte[]> names)
    {
        _lock.EnterReadLock();
        try
        {
            return [.. names.Select(name => _projects.TryGetValue(project, out var series) && series.ByName.TryGetValue(name, out var entry) && entry.Id != 0 ? entry.Source : 0)];
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>What a dotted pattern or the whole name of a tagged series matches, sorted by path.</summary>
    public IReadOnlyList<SeriesMatch> Find(uint project, NamePattern pattern)
    {
        _lock.EnterReadLock();
        try
        {
            if (!_projects.TryGetValue(project, out var series))
            {
                return [];
            }

            if (series.Tagged.TryGetValue(pattern.Text, out var tagged))
            {
                return [new SeriesMatch(tagged.Name, tagged.Name, tagged, false)];
            }

            var found = new List<SeriesNode>();
            series.Root.Find(pattern.Elements, found);
            return [.. found.Distinct().Select(node => new SeriesMatch(node.Path, node.Name, node.Leaf, node.HasChildren)).OrderBy(match => match.Path, StringComparer.Ordinal)];
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>Series of a project that are stored, by name: all of them, or those with tags.</summary>
    public IReadOnlyList<SeriesEntry> All(uint project, bool taggedOnly)
    {
        SortedSeries sorted;
        _lock.EnterReadLock();
        try
        {
            if (!_projects.TryGetValue(project, out var series))
            {
                return [];
            }

            sorted = taggedOnly ? series.SortedTagged : series.Sorted;
        }
        finally
        {
            _lock.ExitReadLock();
        }

        return sorted.All();
    }

    /// <summary>Series of all projects that are stored.</summary>
    internal List<SeriesEntry> Stored()
    {
        _lock.EnterReadLock();
        try
        {
            return [.. _projects.Values.SelectMany(static project => project.ByName.Values).Where(static entry => entry.Id != 0)];
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    internal void Publish(IReadOnlyList<SeriesEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        _lock.EnterWriteLock();
        try
        {
            foreach (var entry in entries)
            {
                Of(entry.Project).Publish(entry);
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    internal void Load(IReadOnlyList<SeriesEntry> stored)
    {
        _lock.EnterWriteLock();
        try
        {
            foreach (var entry in stored)
            {
                if (!SeriesLevel.TrySplit(entry.Utf8Name, out _, out _))
                {
                    var project = Of(entry.Project);
                    project.ByName[entry.Utf8Name] = entry;
                    project.Publish(entry);
                }
            }

            foreach (var entry in stored)
            {
                if (SeriesLevel.TrySplit(entry.Utf8Name, out var name, out var step) && Of(entry.Project) is var project
                    && project.ByName.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var series))
                {
                    var archive = new SeriesEntry(entry.Project, entry.Utf8Name, step) { Id = entry.Id, Of = series };
                    project.Levels[archive.Utf8Name] = archive;
                    project.Publish(archive);
                }
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    internal void Forget(uint project)
    {
        _lock.EnterWriteLock();
        try
        {
            _projects.Remove(project);
            Guard.Forget(project);
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    public void Dispose() => _lock.Dispose();

    private int CountOf(uint project)
    {
        _lock.EnterReadLock();
        try
        {
            return _projects.TryGetValue(project, out var series) ? series.ByName.Count : 0;
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    private SeriesEntry? WantSeries(uint project, ReadOnlySpan<byte> name, uint step)
    {
        _lock.EnterReadLock();
        try
        {
            if (_projects.TryGetValue(project, out var series))
            {
                if (series.ByName.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var known))
                {
                    return known;
                }

                if (series.ByName.Count >= LimitOf(project))
                {
                    return null;
                }
            }
        }
        finally
        {
            _lock.ExitReadLock();
        }

        _lock.EnterWriteLock();
        try
        {
            var entry = new SeriesEntry(project, name.ToArray(), step);
            Of(project).ByName.Add(entry.Utf8Name, entry);
            Guard.NewSeries(project, entry.Utf8Name);
            return entry;
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    private ProjectSeries Of(uint project)
    {
        if (!_projects.TryGetValue(project, out var series))
        {
            _projects.Add(project, series = new ProjectSeries());
        }

        return series;
    }
}
