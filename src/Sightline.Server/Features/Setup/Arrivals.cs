namespace Sightline.Server.Features.Setup;

/// <summary>What has come of a project so far, for the person who waits for the first of it.</summary>
/// <param name="Stored">Events counted.</param>
/// <param name="Dropped">What came and was not counted, in words, the most frequent first. Holds text of clients: hostile.</param>
/// <param name="UnknownKeys">Requests with a key of no project, since the server started.</param>
public sealed record Arrivals(long Stored, IReadOnlyList<DroppedLine> Dropped, long UnknownKeys);

/// <summary>Events not counted for one reason.</summary>
public sealed record DroppedLine(long Count, string Why, string Sample);
