namespace Sightline.Core.Wire.Graphite;

/// <summary>What becomes of the points of a name.</summary>
public sealed class LineRoute
{
    internal LineRoute(byte[]? name, GraphiteFault fault, IReadOnlyList<(AggregationRule Rule, string Output)> into) => (Name, Fault, Into) = (name, fault, into);

    /// <summary>The canonical name they are kept under; <see langword="null"/>: they are not kept themselves.</summary>
    public byte[]? Name { get; }

    /// <summary>What is wrong with the name that the rules make of it.</summary>
    public GraphiteFault Fault { get; }

    /// <summary>Their values go into aggregates.</summary>
    public bool IsAggregated => Into.Count > 0;

    internal IReadOnlyList<(AggregationRule Rule, string Output)> Into { get; }
}
