using System.Text.RegularExpressions;
using Sightline.Core.Model;
using Sightline.Core.Queries.Graphite;
using Sightline.Store;
using Sightline.Store.Series;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Graphite;

/// <summary>A project's series as targets see them. Values lie where whisper would put them: at whole steps, from behind the range's start to its end.</summary>
internal sealed class GraphiteSource(EventStore store, GraphiteEventStore events, uint project, long now, CancellationToken cancellationToken) : ISeriesSource
{
    private const int MaxSeries = 50_000;
    private const int UnknownStep = 60;
    private static readonly TimeSpan RegexPatience = TimeSpan.FromMilliseconds(200);

    private (long From, long Until, IReadOnlyDictionary<SeriesEntry, Point[]> Points)? _ahead;

    /// <summary>Asked of each step instead of the value that the series' own method makes; <see langword="null"/>: that value.</summary>
    public Func<PointSummary, double>? RollUp { get; init; }

    /// <summary>Reads the points of many patterns in one go; asking for them later costs no more reading. For targets that need another range too nothing is lost.</summary>
    public void ReadAhead(IEnumerable<string> patterns, long from, long until)
    {
        until = Math.Min(until, now);
        var entries = patterns.Distinct().SelectMany(pattern => Entries(pattern)).Distinct().ToList();
        if (from <= until && entries.Count is > 0 and <= MaxSeries)
        {
            _ahead = (from, until, Points(entries, from, until));
        }
    }

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

        var points = _ahead is { } ahead && ahead.From == from && ahead.Until == until && entries.TrueForAll(ahead.Points.ContainsKey) ? ahead.Points : Points(entries, from, until);
        return [.. entries.Select(entry => Slots(entry, points, from, until, pattern)).OfType<Series>()];
    }

    public IReadOnlyList<string> FindByTags(IReadOnlyList<string> expressions)
    {
        var conditions = expressions.Select(Condition).ToList();
        if (conditions.TrueForAll(static condition => condition("")))
        {
            throw new GraphiteException("At least one tag expression must require a non-empty match");
        }

        try
        {
            return [.. store.Series.All(project, taggedOnly: conditions.Count > 0).Select(static entry => entry.Name).Where(name =>
            {
                var tags = Series.TagsOf(name);
                return expressions.Zip(conditions).All(pair => pair.Second(tags.GetValueOrDefault(TagOf(pair.First), "")));
            })];
        }
        catch (RegexMatchTimeoutException)
        {
            throw new GraphiteException("a regular expression of the tags takes too long");
        }
    }

    public IReadOnlyList<long> Events(IReadOnlyList<string>? tags, long from, long until) =>
        [.. events.Find(project, from, until - 1, tags, anyTag: false).Select(static one => one.Time)];

    private List<SeriesEntry> Entries(string pattern) => [.. store.Series.Find(project, NamePattern.Parse(pattern)).Select(match => match.Series).OfType<SeriesEntry>()];

    private Dictionary<SeriesEntry, Point[]> Points(List<SeriesEntry> entries, long from, long until)
    {
        // A step of a coarser archive begins before the range and ends behind it.
        var around = entries.Max(entry => Math.Max(store.Series.KeepingOf(entry)?.Archives[^1].Step ?? 0, entry.Step == 0 ? UnknownStep : entry.Step));
        List<SeriesEntry> all;
        IReadOnlyDictionary<SeriesEntry, Point[]> read;
        do
        {
            all = [.. entries.SelectMany(static entry => entry.Coarser.Prepend(entry))];
            read = store.Points(all, Math.Max(0, from - around), until + around, cancellationToken);
        }
        // Points that become coarser while this reads lie in an archive that was announced before.
        while (all.Count != entries.Sum(static entry => entry.Coarser.Count + 1));

        return all.ToDictionary(static entry => entry, entry => read.GetValueOrDefault(entry, []));
    }

    /// <summary>Null where whisper would say that nothing is kept of that range.</summary>
    private Series? Slots(SeriesEntry entry, IReadOnlyDictionary<SeriesEntry, Point[]> points, long from, long until, string pattern)
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

    private static string TagOf(string expression) => expression[..expression.AsSpan().IndexOfAny('=', '!')];

    private static Func<string, bool> Condition(string expression)
    {
        var at = expression.AsSpan().IndexOfAny('=', '!');
        if (at <= 0)
        {
            throw new GraphiteException($"Invalid tagspec {expression}");
        }

        var rest = expression[at..];
        var not = rest[0] == '!';
        rest = not ? rest[1..] : rest;
        if (!rest.StartsWith('='))
        {
            throw new GraphiteException($"Invalid tagspec {expression}");
        }

        if (!rest.StartsWith("=~", StringComparison.Ordinal))
        {
            return value => value == rest[1..] != not;
        }

        Regex regex;
        try
        {
            regex = new Regex($"^(?:{rest[2..]})", RegexOptions.CultureInvariant, RegexPatience);
        }
        catch (ArgumentException)
        {
            throw new GraphiteException($"Invalid regular expression in {expression}");
        }

        return value => regex.IsMatch(value) != not;
    }
}
