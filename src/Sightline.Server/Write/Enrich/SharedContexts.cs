using System.Runtime.CompilerServices;
using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>
/// One <see cref="VisitContext"/> for events whose context is made of the same objects, as most are that come one after another: the steps look up
/// what they find in caches. One slot a hash, so it forgets by itself. For one thread.
/// </summary>
internal sealed class SharedContexts
{
    private const int Slots = 2048;

    private readonly Slot[] _slots = new Slot[Slots];

    public VisitContext Of(EnrichItem item)
    {
        var hash = HashCode.Combine(
            RuntimeHelpers.GetHashCode(item.Source), RuntimeHelpers.GetHashCode(item.Place), RuntimeHelpers.GetHashCode(item.Agent),
            RuntimeHelpers.GetHashCode(item.Language), RuntimeHelpers.GetHashCode(item.Screen), RuntimeHelpers.GetHashCode(item.OsVersion));
        ref var slot = ref _slots[(uint)hash % Slots];
        if (slot.Context is { } known && slot.IsOf(item))
        {
            return known;
        }

        slot = new Slot(item, Make(item));
        return slot.Context!;
    }

    private static VisitContext Make(EnrichItem item) => new()
    {
        Source = item.Source.Source,
        Referrer = item.Source.Referrer,
        Channel = item.Source.Channel,
        UtmSource = item.Source.UtmSource,
        UtmMedium = item.Source.UtmMedium,
        UtmCampaign = item.Source.UtmCampaign,
        UtmTerm = item.Source.UtmTerm,
        UtmContent = item.Source.UtmContent,
        Country = item.Place.Country,
        Region = item.Place.Region,
        City = item.Place.City,
        Language = item.Language,
        Device = item.Device,
        Browser = item.Agent.Browser,
        BrowserVersion = item.Agent.BrowserVersion,
        Os = item.Os,
        OsVersion = item.OsVersion,
        Screen = item.Screen,
    };

    /// <summary>What a context was made of. Equal texts that are other objects make another context, which costs memory and is no fault.</summary>
    private readonly struct Slot(EnrichItem item, VisitContext context)
    {
        private readonly SourceResult _source = item.Source;
        private readonly Place _place = item.Place;
        private readonly UserAgentInfo _agent = item.Agent;
        private readonly string _language = item.Language;
        private readonly string _screen = item.Screen;
        private readonly string _device = item.Device;
        private readonly string _os = item.Os;
        private readonly string _osVersion = item.OsVersion;

        public readonly VisitContext? Context = context;

        public bool IsOf(EnrichItem item) =>
            ReferenceEquals(_source, item.Source) && ReferenceEquals(_place, item.Place) && ReferenceEquals(_agent, item.Agent)
            && ReferenceEquals(_language, item.Language) && ReferenceEquals(_screen, item.Screen) && ReferenceEquals(_device, item.Device)
            && ReferenceEquals(_os, item.Os) && ReferenceEquals(_osVersion, item.OsVersion);
    }
}
