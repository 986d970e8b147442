using System.Collections.Concurrent;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.Graphite;

/// <summary>Both of carbon's files together: how a series is kept, by its name.</summary>
/// <param name="schemas">The archives.</param>
/// <param name="aggregation">How coarser values are made.</param>
public sealed class KeepingRules(StorageSchemas schemas, StorageAggregation aggregation)
{
    // A million series are kept in a few ways: each is made once.
    private readonly ConcurrentDictionary<(IReadOnlyList<SeriesArchive> Archives, RollUpMethod Method, float XFilesFactor), KeepingAnswer> _answers = new();
    private KeepingAnswer? _nothing;

    /// <summary>Nothing is said: every point is kept, for ever.</summary>
    public static KeepingRules None { get; } = Parse("", "");

    /// <summary>Whether anything is said of any series.</summary>
    public bool IsEmpty => schemas.Count == 0;

    public StorageSchemas Schemas => schemas;

    public StorageAggregation Aggregation => aggregation;

    public static KeepingRules Parse(string schemas, string aggregation) => new(StorageSchemas.Parse(schemas), StorageAggregation.Parse(aggregation));

    /// <summary>
    /// How a series of that canonical name is kept; <see langword="null"/>: nobody says it, so every point stays. Carbon would keep such a series for a week of minutes: nothing
    /// is removed here that nobody has asked to remove.
    /// </summary>
    public SeriesKeeping? Of(string name) => Ask(name).Keeping;

    /// <summary>The same, for who remembers it.</summary>
    public KeepingAnswer Ask(string name)
    {
        if (schemas.Find(name) is not { } schema)
        {
            return _nothing ??= new KeepingAnswer(this, null);
        }

        var (method, factor) = aggregation.Find(name);
        return _answers.GetOrAdd((schema.Archives, method, factor), (way, rules) => new KeepingAnswer(rules, new SeriesKeeping(way.Archives, way.Method, way.XFilesFactor)), this);
    }
}
