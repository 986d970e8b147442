using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Core.Queries.Graphite;
using Sightline.Store;
using Sightline.Store.Series;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Graphite;

/// <summary>A project's series as targets see them. Values lie where whisper would put them: at whole steps, from behind the range's start to its end.</summary>
internal sealed class GraphiteSource(EventStore store, GraphiteTags tags, GraphiteEventStore events, uint project, long now, CancellationToken cancellationToken) : ISeriesSource
{
    private const int MaxSeries = 50_000;
    private const int MaxRanges = 8;
    private const int UnknownStep = 60;

    private readonly Dictionary<string, List<SeriesEntry>> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<(long From, long Until), Range> _ranges = [];
    private readonly List<string> _expected = [];
    private long _read;

    /// <summary>Asked of each step instead of the value that the series' own method makes; <see langword="null"/>: that value.</summary>
    public Func<PointSummary, double>? RollUp { get; init; }

    /// <summary>Read in all.</summary>
    public long MostPoints { get; init; } = long.MaxValue;

    public void Expect(IEnumerable<string> patterns) => _expected.AddRange(patterns);

    public IReadOnlyList<Series> Fetch(string pattern, long from, long until)
    {
        until = Math.Min(until, now);
        var entries = Entries(pattern);
        if (entries.Count == 0 || from > until)
        {
            return [];
        }

        if (entries.Count > MaxSeries)
        {
            throw new GraphiteException($"'{pattern}' matches {entries.Count} series; at most {MaxSeries} are read at once");
        }

        var points = Points(entries, from, until);
        return [.. entries.Select(entry => Slots(entry, points, from, until, pattern)).OfType<Series>()];
    }

    public IReadOnlyList<string> FindByTags(IReadOnlyList<string> expressions) => tags.Find(project, expressions);

    public IReadOnlyList<long> Events(IReadOnlyList<string>? tags, long from, long until) =>
        [.. events.Find(project, from, until - 1, tags, anyTag: false).Select(static one => one.Time)];

    private List<SeriesEntry> Entries(string pattern)
    {
        if (!_entries.TryGetValue(pattern, out var entries))
        {
            entries = [.. store.Series.Find(project, NamePattern.Parse(pattern)).Select(static match => match.Series).OfType<SeriesEntry>()];
            _entries.Add(pattern, entries);
        }

        return entries;
    }

    /// <summary>
    /// Points of these series, and with them those of others that are expected: twice as many each time a range lacks some. Which ranges functions want of which patterns is known only when they ask;
    /// so two hundred series are read in a few goes over any range, and no more are read in vain than were asked for.
    /// </summary>
    private Dictionary<SeriesEntry, Point[]> Points(List<SeriesEntry> entries, long from, long until)
    {
        if (!_ranges.TryGetValue((from, until), out var range))
        {
            // What the request is over is mostly asked first, and of everything.
            range = new Range { Ahead = _ranges.Count == 0 ? int.MaxValue : 0 };
            if (_ranges.Count == MaxRanges)
            {
                _ranges.Clear();
            }

            _ranges.Add((from, until), range);
        }

        var missing = entries.Where(entry => !range.Points.ContainsKey(entry)).ToHashSet();
        if (missing.Count > 0)
        {
            var most = (int)Math.Min(MaxSeries, missing.Count + (long)range.Ahead);
            foreach (var pattern in missing.Count < most ? _expected.Skip(range.Next) : [])
            {
                var others = Expected(pattern);
                if (missing.Count + others.Count > most)
                {
                    break;
                }

                range.Next++;
                missing.UnionWith(others.Where(entry => !range.Points.ContainsKey(entry)));
            }

            foreach (var (entry, points) in Read([.. missing], from, until))
            {
                range.Points.Add(entry, points);
            }

            range.Ahead = range.Points.Count;
        }

        return range.Points;
    }

    // A pattern that cannot be read is told of when it is asked for.
    private List<SeriesEntry> Expected(string pattern)
    {
        try
        {
            return Entries(pattern);
        }
        catch (GraphiteException)
        {
            return [];
        }
    }

    private Dictionary<SeriesEntry, Point[]> Read(List<SeriesEntry> entries, long from, long until)
    {
        // A step of a coarser archive begins before the range and ends behind it.
        var around = entries.Max(entry => Math.Max(store.Series.KeepingOf(entry)?.Archives[^1].Step ?? 0, entry.Step == 0 ? UnknownStep : entry.Step));
        List<SeriesEntry> all;
        IReadOnlyDictionary<SeriesEntry, Point[]> read;
        do
        {
            all = [.. entries.SelectMany(static entry => entry.Coarser.Prepend(entry))];
            try
            {
                read = store.Points(all, Math.Max(0, from - around), until + around, cancellationToken, MostPoints - _read);
            }
            catch (DamagedPointsException damage)
            {
                throw new GraphiteException(damage.Message) { Refusal = GraphiteRefusal.Damaged };
            }
            catch (QueryLimitException)
            {
                throw new GraphiteException($"the request reads more than {MostPoints} points: ask for fewer series or a shorter time") { Refusal = GraphiteRefusal.TooLarge };
            }
        }
        // Points that become coarser while this reads lie in an archive that was announced before.
        while (all.Count != entries.Sum(static entry => entry.Coarser.Count + 1));

        _read += read.Values.Sum(static points => (long)points.Length);
        return all.ToDictionary(static entry => entry, entry => read.GetValueOrDefault(entry, []));
    }

    /// <summary>Null where whisper would say that nothing is kept of that range.</summary>
    private Series? Slots(SeriesEntry entry, Dictionary<SeriesEntry, Point[]> points, long from, long until, string pattern)
    {
        var name = entry.Name;
        var own = points.GetValueOrDefault(entry, []);
        if (store.Series.KeepingOf(entry) is not { } keeping)
        {
            var step = entry.StepOf(own);
            var (first, behind) = Steps(from, until, step);
            return New(first, behind, step, Values(own, first, behind, step));
        }

        if (until < now - keeping.MaxRetention)
        {
            return null;
        }

        from = Math.Max(from, now - keeping.MaxRetention);
        var level = keeping.LevelFor(now - from);
        var archive = keeping.Archives[level];
        var (start, end) = Steps(from, until, archive.Step);
        var archives = keeping.Archives.Select((kept, at) => at == 0 ? own : entry.Coarser.FirstOrDefault(coarser => coarser.Step == kept.Step) is { } coarse ? points.GetValueOrDefault(coarse, []) : []).ToList();
        var count = (int)((end - start) / archive.Step);
        return New(start, end, archive.Step, RollUp is null ? Core.Model.RollUp.Values(keeping, level, start, count, archives) : Answers(entry, keeping, level, start, count, archives, RollUp));

        Series New(long start, long end, uint step, double[] values) =>
            new() { Name = name, PathExpression = pattern, Start = start, End = end, Step = step, Values = values, Tags = Series.TagsOf(name) };
    }

    private double[] Answers(SeriesEntry entry, SeriesKeeping keeping, int level, long start, int count, List<Point[]> archives, Func<PointSummary, double> question)
    {
        var read = store.Summaries(entry.Coarser, start, start + ((long)count * keeping.Archives[level].Step) - 1, cancellationToken);
        return RollUpSummaries.Values(keeping, level, start, count, archives,
            [.. keeping.Archives.Select((kept, at) => (IReadOnlyList<KeptSummary>)(at > 0 && entry.CoarserOf(kept.Step) is { } coarse && read.TryGetValue(coarse, out var found) ? found : []))], question);
    }

    /// <summary>From the first whole step behind the range's start to the one behind its end: at least one.</summary>
    private static (long Start, long End) Steps(long from, long until, uint step)
    {
        var start = from - (from % step) + step;
        var end = until - (until % step) + step;
        return (start, end <= start ? start + step : end);
    }

    private static double[] Values(Point[] points, long start, long end, uint step)
    {
        var values = new double[(end - start) / step];
        Array.Fill(values, double.NaN);
        foreach (var point in points)
        {
            var slot = (point.Time - start) / step;
            if (point.Time >= start && slot < values.Length)
            {
                values[slot] = point.Value;
            }
        }

        return values;
    }

    private sealed class Range
    {
        public Dictionary<SeriesEntry, Point[]> Points { get; } = [];

        /// <summary>How many more are read with those that lack.</summary>
        public int Ahead { get; set; }

        /// <summary>The next pattern to read ahead.</summary>
        public int Next { get; set; }
    }
}
