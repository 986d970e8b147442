namespace Sightline.Core.Wire.StatsD;

/// <summary>Something that happened, as DogStatsD's <c>_e{...}</c> tells it, or a service check that changed.</summary>
/// <param name="Title">What happened; not empty.</param>
/// <param name="Text">More about it; may be empty.</param>
/// <param name="Time">Unix seconds; 0: when it came.</param>
/// <param name="Tags">Words to find it by, without blanks: its tags as <c>key:value</c>, and <c>host:</c>, <c>source:</c>, <c>alert:</c>, <c>key:</c> when it has them.</param>
public sealed record StatsdEvent(string Title, string Text, long Time, IReadOnlyList<string> Tags);
