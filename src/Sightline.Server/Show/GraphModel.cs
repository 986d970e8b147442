namespace Sightline.Server.Show;

/// <summary>A course over time.</summary>
public sealed record GraphModel
{
    /// <summary>What is measured.</summary>
    public required string Name { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<GraphPoint> Points { get; init; }

    /// <summary>How numbers on the scale are written: <c>count</c>, <c>share</c>, <c>duration</c>, <c>number</c> or <c>money</c>.</summary>
    public string Kind { get; init; } = "count";

    /// <summary>For <c>money</c>.</summary>
    public string Currency { get; init; } = "";

    public bool Compared { get; init; }

    /// <summary>Name of the comparison.</summary>
    public string BeforeName { get; init; } = "the period before";

    /// <summary>The last point is not over yet: it is drawn as such.</summary>
    public bool LastIsPartial { get; init; }

    public IReadOnlyList<GraphNote> Notes { get; init; } = [];

    /// <summary>Address of the view of a part of the range, with <c>{from}</c> and <c>{to}</c> in it; <see langword="null"/>: parts cannot be chosen.</summary>
    public string? ZoomUrl { get; init; }

    public bool IsWhole => Kind == "count";

    /// <summary>A number as the scale shows it.</summary>
    public string Text(double? value) => Format.Of(Kind, value, Currency);
}
