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
    private static readonly PublishedSeries Nothing = new();

    private readonly Dictionary<uint, ProjectSeries> _projects = [];
    private readonly ReaderWriterLockSlim _lock = new();

    internal SeriesIndex()
    {
    }

    /// <summary>What <see cref="UsualLimit"/> is where memory does not matter.</summary>
    public const int MostUsual = 1_000_000;

    /// <summary>Series a project may have that sets no limit of its own; points of more are dropped, counted and shown. Each takes about 600 bytes of memory.</summary>
    public int UsualLimit { get; set; } = MostUsual;

    /// <summary>Limit of a project's own; 0: <see cref="UsualLimit"/>.</summary>
    public Func<uint, int> OwnLimitOf { get; set; } = static _ => 0;

    /// <summary>Series a project may have.</summary>
    public int LimitOf(uint project) => OwnLimitOf(project) is > 0 and var own ? own : UsualLimit;

    /// <summary>What it keeps out.</summary>
    public SeriesGuard Guard { get; } = new();

    /// <summary>Series known, of all projects.</summary>
    public int Count
    {
        get
        {
            using (LockHold.ToRead(_lock))
            {
                return _projects.Values.Sum(project => project.ByName.Count);
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

        using (LockHold.ToWrite(_lock))
        {
            var levels = Of(series.Project).Levels;
            var name = SeriesLevel.Name(series.Utf8Name, step);
            if (!levels.TryGetValue(name, out var archive))
            {
                levels.Add(name, archive = new SeriesEntry(series.Project, name, step) { Of = series });
            }

            return archive;
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
        using (LockHold.ToRead(_lock))
        {
            return [.. names.Select(name => _projects.TryGetValue(project, out var series) && series.ByName.TryGetValue(name, out var entry) && entry.Id != 0 ? entry.Source : 0)];
        }
    }

    /// <summary>What a dotted pattern or the whole name of a tagged series matches, sorted by path.</summary>
    public IReadOnlyList<SeriesMatch> Find(uint project, NamePattern pattern)
    {
        var found = new List<SeriesNode>();
        SeriesMatch[] matches;
        using (LockHold.ToRead(_lock))
        {
            if (!_projects.TryGetValue(project, out var series))
            {
                return [];
            }

            if (series.Tagged.TryGetValue(pattern.Text, out var tagged))
            {
                return [new SeriesMatch(tagged.Name, tagged.Name, tagged, false)];
            }

            series.Root.Find(pattern.Elements, found);
            matches = new SeriesMatch[found.Count];
            for (var i = 0; i < matches.Length; i++)
            {
                matches[i] = found[i].Match;
            }
        }

        // New series wait for who holds the lock: this is done without it.
        Array.Sort(matches, static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return matches;
    }

    /// <summary>Series of a project that are stored, by name: all of them, or those with tags.</summary>
    public IReadOnlyList<SeriesEntry> All(uint project, bool taggedOnly)
    {
        SortedSeries sorted;
        using (LockHold.ToRead(_lock))
        {
            if (!_projects.TryGetValue(project, out var series))
            {
                return [];
            }

            sorted = taggedOnly ? series.SortedTagged : series.Sorted;
        }

        return sorted.All();
    }

    /// <summary>Stored series of a project in the order in which they came to be found: another object once the project was forgotten.</summary>
    public PublishedSeries PublishedOf(uint project)
    {
        using (LockHold.ToRead(_lock))
        {
            return _projects.TryGetValue(project, out var series) ? series.Published : Nothing;
        }
    }

    /// <summary>Series of all projects that are stored.</summary>
    internal List<SeriesEntry> Stored()
    {
        using (LockHold.ToRead(_lock))
        {
            return [.. _projects.Values.SelectMany(static project => project.ByName.Values).Where(static entry => entry.Id != 0)];
        }
    }

    internal void Publish(IReadOnlyList<SeriesEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        using (LockHold.ToWrite(_lock))
        {
            foreach (var entry in entries)
            {
                Of(entry.Project).Publish(entry);
            }
        }
    }

    internal void Load(IReadOnlyList<SeriesEntry> stored)
    {
        using (LockHold.ToWrite(_lock))
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
    }

    internal void Forget(uint project)
    {
        using (LockHold.ToWrite(_lock))
        {
            _projects.Remove(project);
            Guard.Forget(project);
        }
    }

    public void Dispose() => _lock.Dispose();

    private int CountOf(uint project)
    {
        using (LockHold.ToRead(_lock))
        {
            return _projects.TryGetValue(project, out var series) ? series.ByName.Count : 0;
        }
    }

    private SeriesEntry? WantSeries(uint project, ReadOnlySpan<byte> name, uint step)
    {
        using (LockHold.ToRead(_lock))
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

        using (LockHold.ToWrite(_lock))
        {
            var entry = new SeriesEntry(project, name.ToArray(), step);
            Of(project).ByName.Add(entry.Utf8Name, entry);
            Guard.NewSeries(project, entry.Utf8Name);
            return entry;
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
