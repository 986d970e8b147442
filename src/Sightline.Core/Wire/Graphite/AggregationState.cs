namespace Sightline.Core.Wire.Graphite;

/// <summary>An interval of an aggregate, as it outlives a stop.</summary>
/// <param name="Output">The aggregate's name.</param>
/// <param name="Rule">The number of its rule, from 0.</param>
/// <param name="Start">Unix seconds.</param>
/// <param name="IsActive">It has values that were not told yet.</param>
/// <param name="Values">In the order they came.</param>
public sealed record AggregationState(string Output, int Rule, uint Start, bool IsActive, IReadOnlyList<double> Values);
