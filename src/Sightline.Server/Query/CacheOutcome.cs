namespace Sightline.Server.Query;

/// <summary>How much of an answer came from the cache.</summary>
public enum CacheOutcome
{
    Miss,
    Partial,
    Hit,
}
