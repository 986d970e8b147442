namespace Sightline.Core.Queries.Explore;

/// <summary>A question to the Explorer, or a rule of it, that cannot be read; the message is for whoever wrote it.</summary>
public sealed class ExploreException(string message) : Exception(message);
