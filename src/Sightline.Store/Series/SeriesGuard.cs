namespace Sightline.Store.Series;

/// <summary>
/// Watches the names of series that are new, and those that are refused because their project has as many series as it may: how many, and what they
/// begin with. One counter set a project, whatever comes.
/// </summary>
public sealed class SeriesGuard
{
    /// <summary>Of a burst every name is looked at up to here, then every sixteenth.</summary>
    private const int LookedAt = 1000;

    private const int Stride = 16;
    private const long TellEveryMs = 600_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, Watch> _projects = [];

    internal SeriesGuard()
    {
    }

    /// <summary>Series that were new since start, of all projects.</summary>
    public long New => Sum(static watch => watch.New);

    /// <summary>Points that were refused since start, of all projects.</summary>
    public long Refused => Sum(static watch => watch.Refused);

    internal void NewSeries(uint project, ReadOnlySpan<byte> name)
    {
        lock (_lock)
        {
            var watch = Of(project);
            watch.New++;
            watch.Note(name);
        }
    }

    /// <summary>A point of a series that may not be.</summary>
    public void Refuse(uint project, ReadOnlySpan<byte> name, long nowMs)
    {
        lock (_lock)
        {
            var watch = Of(project);
            watch.Refused++;
            watch.LastRefusedMs = Math.Max(watch.LastRefusedMs, nowMs);
            watch.Note(name);
        }
    }

    /// <summary>Whether something was refused that the log has to tell: the first time, and then every ten minutes at most.</summary>
    internal bool IsToTell(uint project, long nowMs)
    {
        lock (_lock)
        {
            if (!_projects.TryGetValue(project, out var watch) || watch.Refused == watch.Told || (watch.Told > 0 && nowMs - watch.ToldMs < TellEveryMs))
            {
                return false;
            }

            (watch.Told, watch.ToldMs) = (watch.Refused, nowMs);
            return true;
        }
    }

    internal SeriesGuardReport Report(uint project, int series, int limit)
    {
        lock (_lock)
        {
            return _projects.TryGetValue(project, out var watch)
                ? new SeriesGuardReport(project, series, limit, watch.New, watch.Refused, watch.LastRefusedMs, watch.Prefixes.Worst())
                : new SeriesGuardReport(project, series, limit, 0, 0, 0, []);
        }
    }

    internal void Forget(uint project)
    {
        lock (_lock)
        {
            _projects.Remove(project);
        }
    }

    private Watch Of(uint project)
    {
        if (!_projects.TryGetValue(project, out var watch))
        {
            _projects.Add(project, watch = new Watch());
        }

        return watch;
    }

    private long Sum(Func<Watch, long> count)
    {
        lock (_lock)
        {
            return _projects.Values.Sum(count);
        }
    }

    private sealed class Watch
    {
        // Senders send their names in the same order again and again: every sixteenth would always be the same ones.
        private readonly Random _random = new(16);
        private long _noted;
        private int _untilNext;

        public PrefixSketch Prefixes { get; } = new();

        public long New { get; set; }

        public long Refused { get; set; }

        public long LastRefusedMs { get; set; }

        public long Told { get; set; }

        public long ToldMs { get; set; }

        public void Note(ReadOnlySpan<byte> name)
        {
            if (_noted++ < LookedAt)
            {
                Prefixes.Add(name, 1);
            }
            else if (--_untilNext <= 0)
            {
                _untilNext = _random.Next(1, 2 * Stride);
                Prefixes.Add(name, Stride);
            }
        }
    }
}
