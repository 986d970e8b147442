namespace Sightline.Core.Queries.Graphite;

/// <summary>Values of one name at regular times. NaN is what Graphite calls None: no value.</summary>
public sealed record Series
{
    public required string Name { get; init; }

    /// <summary>What was asked for to get it.</summary>
    public required string PathExpression { get; init; }

    /// <summary>Time of the first value, Unix seconds.</summary>
    public required long Start { get; init; }

    /// <summary>Time behind the last value.</summary>
    public required long End { get; init; }

    /// <summary>Seconds between values.</summary>
    public required long Step { get; init; }

    public required double[] Values { get; init; }

    /// <summary>Its name's tags; every series has <c>name</c>.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>How values are put together when there are more than wanted.</summary>
    public string Consolidation { get; init; } = "average";

    /// <summary>Share of values that must be there when some are put together.</summary>
    public double XFilesFactor { get; init; }

    /// <summary>How it is drawn.</summary>
    public Drawing Drawing { get; init; } = Drawing.Plain;

    /// <summary>Tags in the name of a stored series.</summary>
    public static IReadOnlyDictionary<string, string> TagsOf(string name)
    {
        var parts = name.Split(';');
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["name"] = parts[0] };
        foreach (var part in parts.Skip(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                tags[part[..equals]] = part[(equals + 1)..];
            }
        }

        return tags;
    }

    /// <summary>Values put together in groups; the last may be smaller.</summary>
    public double[] Consolidated(int group)
    {
        if (group <= 1)
        {
            return Values;
        }

        var result = new double[(Values.Length + group - 1) / group];
        for (var i = 0; i < result.Length; i++)
        {
            var values = Values.AsSpan(i * group, Math.Min(group, Values.Length - (i * group)));
            // The share is that of a whole group even when the last is none.
            result[i] = Aggregates.Apply("count", values, 0) / group >= XFilesFactor ? Aggregates.Apply(Consolidation, values, 0) : double.NaN;
        }

        return result;
    }

    /// <summary>A series that a function made of several or of nothing: its tags are those of its name.</summary>
    internal static Series New(string name, long start, long end, long step, double[] values, double xFilesFactor, IReadOnlyDictionary<string, string>? tags = null) => new()
    {
        Name = name,
        PathExpression = name,
        Start = start,
        End = end,
        Step = step,
        Values = values,
        XFilesFactor = xFilesFactor,
        // What looks like a call is no name with tags.
        Tags = tags ?? (name.EndsWith(')') && name.IndexOf('(', StringComparison.Ordinal) is > 0 and var open && name.AsSpan(0, open).IndexOfAnyExcept(Letters) < 0 && open < name.Length - 2
            ? new Dictionary<string, string> { ["name"] = name } : TagsOf(name)),
    };

    /// <summary>The same with another name, which is what later functions take it for.</summary>
    internal Series As(string name) => this with { Name = name, PathExpression = name };

    internal Series As(string name, double[] values) => this with { Name = name, PathExpression = name, Values = values };

    /// <summary>The same with a tag that tells what was done to it.</summary>
    internal Series With(string tag, object? value) => this with { Tags = SeriesNames.With(this, tag, PyText.Str(value)) };

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}
