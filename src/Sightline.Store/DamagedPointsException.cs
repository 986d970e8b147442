namespace Sightline.Store;

/// <summary>A block of points does not hold what its row says: nothing is made up in its place. Other series are as readable as before.</summary>
public sealed class DamagedPointsException : Exception
{
    internal DamagedPointsException(uint series, uint first)
        : base($"A block of points of series {series} is damaged.") => (Series, First) = (series, first);

    internal DamagedPointsException(string name, DamagedPointsException damage)
        : base(FormattableString.Invariant($"Points of '{name}' of {DateTimeOffset.FromUnixTimeSeconds(damage.First):yyyy-MM-dd} are damaged. Other series and days can be read; a backup may have them whole."), damage) =>
        (Series, First) = (damage.Series, damage.First);

    /// <summary>The number of its series or archive.</summary>
    internal uint Series { get; }

    /// <summary>Second of the block's first point.</summary>
    internal uint First { get; }
}
