using System.Runtime.CompilerServices;
using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Finds where a visit came from (campaign, click id, referrer) and its channel; drops referrer spam.</summary>
internal sealed class SourceStep(SourceTable sources, SpamList spam) : IEnrichStep
{
    private readonly ReferrerReader _referrers = new(sources, spam);
    private readonly BoundedCache<Pair, SourceResult> _known = new(4096);

    public string Name => "source";

    public DropReason? Apply(EnrichItem item)
    {
        var referrer = _referrers.Find(item.In.Referrer);
        if (referrer is { IsSpam: true })
        {
            item.Sample = referrer.Host;
            return DropReason.ReferrerSpam;
        }

        if (referrer is not null && item.View.IsSameSite(referrer.Host, item.Page.Host))
        {
            referrer = null;
        }

        var landing = item.Page.Landing;
        if (referrer is null && ReferenceEquals(landing, Landing.None) && item.In.Campaign is null)
        {
            item.Source = SourceResult.Direct;
            return null;
        }

        item.Source = item.In.Campaign is null ? Known(landing, referrer) : Decide(Given(landing, item.In.Campaign), landing, referrer);
        return null;
    }

    // Landings and referrers are looked up in caches, so the same pair is the same two objects.
    private SourceResult Known(Landing landing, Referrer? referrer)
    {
        if (!_known.TryGet(new Pair(landing, referrer), out var result))
        {
            result = Decide(Given(landing, null), landing, referrer);
            _known.Add(new Pair(landing, referrer), result);
        }

        return result;
    }

    // Fields given outside the URL win over those in it.
    private static Campaign Given(Landing landing, Campaign? outside) => new(
        Field(outside?.Source, landing.Source), Field(outside?.Medium, landing.Medium), Field(outside?.Name, landing.Name),
        Field(outside?.Term, landing.Term), Field(outside?.Content, landing.Content));

    private static string Field(string? outside, string inside) => CleanText.Line(outside, EventLimits.Name) is { Length: > 0 } text ? text : inside;

    private SourceResult Decide(Campaign campaign, Landing landing, Referrer? referrer)
    {
        var click = landing.Click;
        var medium = campaign.Medium!.ToLowerInvariant();
        string source;
        SourceEntry? entry;
        string shown;
        if (campaign.Source!.Length > 0 || landing.PlainSource.Length > 0)
        {
            var given = campaign.Source.Length > 0 ? campaign.Source : landing.PlainSource;
            source = given.ToLowerInvariant();
            entry = sources.ByName(source);
            shown = entry?.Name ?? given;
            if (medium.Length == 0)
            {
                // A link marked with its source alone is a link from there; only utm_source without a medium is GA4's "(not set)".
                medium = click?.Medium is { Length: > 0 } paid ? paid : campaign.Source.Length == 0 ? "referral" : "";
            }
        }
        else if (click is not null && (referrer is null || click.Medium.Length > 0))
        {
            source = click.Source;
            entry = sources.ByName(source);
            shown = entry?.Name ?? source;
            medium = medium.Length > 0 ? medium : click.Medium.Length > 0 ? click.Medium : "referral";
        }
        else if (referrer is not null)
        {
            source = referrer.Host;
            entry = referrer.Entry;
            shown = entry?.Name ?? referrer.Host;
            medium = medium.Length > 0 ? medium : entry?.Category == SourceCategory.Search ? "organic" : "referral";
        }
        else
        {
            source = medium.Length == 0 && campaign.Name!.Length == 0 ? "(direct)" : "";
            entry = null;
            shown = "";
        }

        var channel = ChannelRules.Of(source, entry?.Category ?? SourceCategory.Other, medium, campaign.Name!.ToLowerInvariant());
        // Our one deviation: GA4 has no rule for assistants. They link with a referrer, or with utm_source alone.
        if (entry?.Category == SourceCategory.Assistant && (channel == ChannelRules.Referral || (channel == ChannelRules.Unassigned && medium.Length == 0)))
        {
            channel = ChannelRules.Assistants;
        }

        return new SourceResult
        {
            Source = shown,
            Referrer = referrer?.Text ?? "",
            Channel = channel,
            UtmSource = campaign.Source,
            UtmMedium = campaign.Medium!,
            UtmCampaign = campaign.Name!,
            UtmTerm = campaign.Term!.Length > 0 ? campaign.Term : referrer?.Keyword ?? "",
            UtmContent = campaign.Content!,
        };
    }

    private readonly struct Pair(Landing landing, Referrer? referrer) : IEquatable<Pair>
    {
        private readonly Landing _landing = landing;
        private readonly Referrer? _referrer = referrer;

        public bool Equals(Pair other) => ReferenceEquals(_landing, other._landing) && ReferenceEquals(_referrer, other._referrer);

        public override bool Equals(object? obj) => obj is Pair other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(_landing), RuntimeHelpers.GetHashCode(_referrer));
    }
}
