namespace Sightline.Core.Wire.Graphite;

/// <summary>
/// Values on their way into aggregates, as carbon's aggregator holds them: by output and by interval. Every frequency, counted from an output's first value, each interval that
/// has got values since is told again; the last five are remembered, so that late values make the same value better instead of another. For one thread.
/// </summary>
/// <param name="since">Intervals that began before this (Unix seconds) have values that are not here: nothing is told of them.</param>
public sealed class AggregationBuffers(long since)
{
    /// <summary>Carbon's default for MAX_AGGREGATION_INTERVALS.</summary>
    private const int Intervals = 5;
    private const int MostOutputs = 100_000;
    private const int MostValues = 20_000_000;

    private readonly Dictionary<string, Output> _outputs = new(StringComparer.Ordinal);
    private readonly List<string> _over = [];

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
                _outputs.Add(name, output = new Output(rule) { Due = now + rule.Frequency });
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
    /// <param name="everything">Also what is not due yet: the rules are no more.</param>
    public void Tell(double now, Action<string, uint, double> emit, bool everything = false)
    {
        _over.Clear();
        foreach (var (name, output) in _outputs)
        {
            if (!everything && output.Due > now)
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
                buffers._outputs.Add(state.Output, output = new Output(rule) { Due = now + rule.Frequency });
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
                if (start >= since)
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

    private sealed class Output(AggregationRule rule)
    {
        public AggregationRule Rule => rule;

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
