using Sightline.Core.Model;

namespace Sightline.Core.Wire.Graphite;

/// <summary>What rules say of a series.</summary>
/// <param name="By">The rules that say it.</param>
/// <param name="Keeping">How it is kept; <see langword="null"/>: they say nothing.</param>
public sealed record KeepingAnswer(KeepingRules By, SeriesKeeping? Keeping);
