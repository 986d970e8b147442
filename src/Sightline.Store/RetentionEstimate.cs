namespace Sightline.Store;

/// <summary>What retention would remove.</summary>
/// <param name="Events">Events.</param>
/// <param name="Visits">Visits that ended before.</param>
/// <param name="ApproximateBytes">Estimated as in <see cref="ProjectStorage"/>; texts that nothing would use any more are not counted.</param>
public sealed record RetentionEstimate(long Events, long Visits, long ApproximateBytes);
