namespace Sightline.Core.Wire.StatsD;

/// <summary>Which different members a set had in the interval that runs.</summary>
internal sealed class SetState
{
    public HashSet<byte[]> Members { get; } = new(Utf8Keys.Comparer);
}
