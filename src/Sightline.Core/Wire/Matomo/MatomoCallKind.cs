namespace Sightline.Core.Wire.Matomo;

/// <summary>What a call to the tracking address is.</summary>
public enum MatomoCallKind
{
    /// <summary>Neither query nor body brings a parameter.</summary>
    Empty,
    /// <summary>One hit, in the query, the form body, or both.</summary>
    Single,
    /// <summary>A JSON body with <c>"requests"</c>.</summary>
    Bulk,
    /// <summary>Meant as bulk, but no JSON object.</summary>
    UnreadableBulk,
}
