namespace Sightline.Core.Queries.Explore;

/// <summary>What happens to values besides scaling when their unit changes.</summary>
public enum UnitChange
{
    None,

    /// <summary>A total that grows becomes what it grows by in a time.</summary>
    TotalToRate,

    /// <summary>A rate becomes the total since the range began.</summary>
    RateToTotal,
}

/// <summary>How values of one unit become values of another.</summary>
/// <param name="Scale">Factor.</param>
/// <param name="Change">Whether totals become rates or the other way.</param>
/// <param name="Seconds">Of a rate: the time it is per.</param>
public sealed record UnitConversion(double Scale, UnitChange Change, double Seconds);
