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
            result[i] = Aggregates.Apply(Consolidation, values, XFilesFactor);
        }

        return result;
    }
}
