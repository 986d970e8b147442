namespace Sightline.Server.Write.Enrich;

/// <summary>What a source is: the first four are the source lists of GA4's channel rules.</summary>
internal enum SourceCategory
{
    Other,
    Search,
    Social,
    Video,
    Shopping,
    Assistant,
    Email,
}

/// <summary>A site visitors come from, under the name people know.</summary>
/// <param name="Name">As shown.</param>
/// <param name="Category">What it is.</param>
/// <param name="Keywords">Query parameters that hold what was searched for.</param>
internal sealed record SourceEntry(string Name, SourceCategory Category, string[] Keywords);
