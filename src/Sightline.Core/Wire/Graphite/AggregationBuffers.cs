namespace Sightline.Core.Wire.Graphite;

/// <summary>
/// Values on their way into aggregates, as carbon's aggregator holds them: by output and by interval. Every frequency, counted from an output's first value, each interval that
/// has got values since is told again; the last five are remembered, so that late values make the same value better instead of another. For one thread.
/// </summary>
/// <param name="since">Intervals that began before this (Unix seconds) have values that are not here: nothing is told of them. Of rules that come later, see <see cref="Change"/>.</param>
public sealed class AggregationBuffers(long since)
{
    /// <summary>Carbon's default for MAX_AGGREGATION_INTERVALS.</summary>
    private const int Intervals = 5;
    private const int MostOutputs = 100_000;
    private const int MostValues = 20_000_000;

    private readonly Dictionary<string, Output> _outputs = new(StringComparer.Ordinal);
    private readonly List<string> _over = [];
    private readonly List<(string Name, uint Start, double Value)> _ended = [];
    private Dictionary<string, long> _since = [];

    /// <summary>Outputs under way.</summary>
    public int Count => _outputs.Count;

    /// <summary>Values held.</summary>
    public int Values { get; private set; }

    /// <summary>Values that found no room.</summary>
    public long Refused { get; private set; }

    /// <param name="route">Where the values of a name go.</param>
    /// <param name="time">Unix seconds.</param>
    /// <param name="value">Any number.</param>
    /// <param name="now">Unix seconds.</param>
    public void Add(LineRoute route, uint time, double value, double now)
    {
        foreach (var (rule, name) in route.Into)
        {
            if (!_outputs.TryGetValue(name, out var output))
            {
                if (_outputs.Count >= MostOutputs)
                {
                    Refused++;
                    continue;
                }

                // Of several rules with the same output the first that meets a value says how.
                _outputs.Add(name, output = new Output(rule, SinceOf(rule)) { Due = now + rule.Frequency });
            }

            if (Values >= MostValues)
            {
                Refused++;
                continue;
            }

            var start = time - (time % output.Rule.Frequency);
            if (!output.Intervals.TryGetValue(start, out var interval))
            {
                output.Intervals.Add(start, interval = new Interval());
            }

            interval.Values.Add(value);
            interval.IsActive = true;
            Values++;
        }
    }

    /// <summary>Tells what is due.</summary>
    /// <param name="now">Unix seconds.</param>
    /// <param name="emit">Told the output's name as the rule makes it, the interval's start and its value.</param>
    public void Tell(double now, Action<string, uint, double> emit)
    {
        _ended.ForEach(ended => emit(ended.Name, ended.Start, ended.Value));
        _ended.Clear();
        _over.Clear();
        foreach (var (name, output) in _outputs)
        {
            if (output.Due > now)
            {
                continue;
            }

            while (output.Due <= now)
            {
                output.Due += output.Rule.Frequency;
            }

            Tell(name, output, (long)now, emit);
            if (output.Intervals.Count == 0)
            {
                _over.Add(name);
            }
        }

        _over.ForEach(name => _outputs.Remove(name));
    }

    /// <summary>
    /// From now on values come by other rules. What a rule that stays has gathered goes on, and loses nothing. Of one that goes, intervals that are over are told with the next <see cref="Tell"/>, the open
    /// one never: it is half of one. So is the first of a rule that comes.
    /// </summary>
    /// <param name="before">The rules until now.</param>
    /// <param name="after">Those from now on.</param>
    /// <param name="now">Unix seconds.</param>
    public void Change(AggregationRules before, AggregationRules after, double now)
    {
        var known = before.All.DistinctBy(static rule => rule.Text).ToDictionary(static rule => rule.Text, SinceOf);
        var rules = after.All.DistinctBy(static rule => rule.Text).ToDictionary(static rule => rule.Text);
        foreach (var (name, output) in _outputs)
        {
            if (rules.TryGetValue(output.Rule.Text, out var same))
            {
                output.Rule = same;
                continue;
            }

            foreach (var (start, interval) in output.Intervals)
            {
                Values -= interval.Values.Count;
                if (interval.IsActive && start >= output.Since && start + output.Rule.Frequency <= now)
                {
                    _ended.Add((name, start, output.Rule.Compute(interval.Values)));
                }
            }

            _outputs.Remove(name);
        }

        _since = rules.Keys.ToDictionary(static text => text, text => known.TryGetValue(text, out var since) ? since : (long)Math.Ceiling(now));
    }

    /// <summary>Everything that is held, to be taken up again by <see cref="Load"/>.</summary>
    /// <param name="rules">Those by which it was gathered.</param>
    public IReadOnlyList<AggregationState> Save(AggregationRules rules)
    {
        var numbers = rules.All.Select(static (rule, i) => (rule, i)).ToDictionary(static pair => pair.rule, static pair => pair.i);
        return [.. _outputs.SelectMany(output => output.Value.Intervals.Select(interval =>
            new AggregationState(output.Key, numbers[output.Value.Rule], interval.Key, interval.Value.IsActive, [.. interval.Value.Values])))];
    }

    /// <summary>Goes on with what was saved.</summary>
    /// <param name="rules">The same rules.</param>
    /// <param name="saved">By <see cref="Save"/>.</param>
    /// <param name="now">Unix seconds.</param>
    public static AggregationBuffers Load(AggregationRules rules, IReadOnlyList<AggregationState> saved, double now)
    {
        var buffers = new AggregationBuffers(since: 0);
        foreach (var state in saved.Where(state => state.Rule >= 0 && state.Rule < rules.Count))
        {
            var rule = rules.All[state.Rule];
            if (!buffers._outputs.TryGetValue(state.Output, out var output))
            {
                buffers._outputs.Add(state.Output, output = new Output(rule, since: 0) { Due = now + rule.Frequency });
            }

            output.Intervals[state.Start] = new Interval { IsActive = state.IsActive, Values = [.. state.Values] };
            buffers.Values += state.Values.Count;
        }

        return buffers;
    }

    private void Tell(string name, Output output, long now, Action<string, uint, double> emit)
    {
        var oldest = now - (now % output.Rule.Frequency) - (Intervals * (long)output.Rule.Frequency);
        foreach (var (start, interval) in output.Intervals.ToList())
        {
            if (interval.IsActive)
            {
                if (start >= output.Since)
                {
                    emit(name, start, output.Rule.Compute(interval.Values));
                }

                interval.IsActive = false;
            }

            if (start < oldest)
            {
                Values -= interval.Values.Count;
                output.Intervals.Remove(start);
            }
        }
    }

    private long SinceOf(AggregationRule rule) => _since.GetValueOrDefault(rule.Text, since);

    private sealed class Output(AggregationRule rule, long since)
    {
        public AggregationRule Rule { get; set; } = rule;

        /// <summary>Of intervals that began before, not all values are here.</summary>
        public long Since => since;

        public Dictionary<uint, Interval> Intervals { get; } = [];

        public double Due { get; set; }
    }

    private sealed class Interval
    {
        public List<double> Values { get; init; } = [];

        /// <summary>It has got values since it was told.</summary>
        public bool IsActive { get; set; }
    }
}
