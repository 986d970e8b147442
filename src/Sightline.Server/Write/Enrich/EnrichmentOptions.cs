namespace Sightline.Server.Write.Enrich;

/// <summary>Files an operator may add; <see langword="null"/>: the file of the usual name in the data directory, when it is there.</summary>
internal sealed record EnrichmentOptions
{
    /// <summary>MaxMind database (<c>.mmdb</c>) with countries, regions and cities; usually <c>places.mmdb</c>.</summary>
    public string? PlacesFile { get; init; }

    /// <summary>Texts that mark a User-Agent as a program's, one a line; usually <c>bots.txt</c>.</summary>
    public string? BotsFile { get; init; }

    /// <summary>Hosts whose referrals are spam, one a line; usually <c>referrer-spam.txt</c>.</summary>
    public string? ReferrerSpamFile { get; init; }
}
