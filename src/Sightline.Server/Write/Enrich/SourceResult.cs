namespace Sightline.Server.Write.Enrich;

/// <summary>Where a visit came from, as <see cref="Core.Model.VisitContext"/> stores it.</summary>
internal sealed record SourceResult
{
    public static readonly SourceResult Direct = new() { Channel = ChannelRules.Direct };

    public string Source { get; init; } = "";

    public string Referrer { get; init; } = "";

    public required string Channel { get; init; }

    public string UtmSource { get; init; } = "";

    public string UtmMedium { get; init; } = "";

    public string UtmCampaign { get; init; } = "";

    public string UtmTerm { get; init; } = "";

    public string UtmContent { get; init; } = "";
}
