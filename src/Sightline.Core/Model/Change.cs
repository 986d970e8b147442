namespace Sightline.Core.Model;

/// <summary>Something that happened once, to be seen over graphs: a deploy, a check that changed.</summary>
/// <param name="Time">Unix seconds UTC.</param>
/// <param name="What">What happened. Hostile text, as all of it.</param>
/// <param name="Data">More about it; may be empty.</param>
/// <param name="Tags">Words to find it by, without blanks.</param>
public sealed record Change(long Time, string What, string Data, IReadOnlyList<string> Tags);
