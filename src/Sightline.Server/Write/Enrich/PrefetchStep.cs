using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Drops pages a browser fetched ahead or showed in a preview: nobody has seen them.</summary>
internal sealed class PrefetchStep : IEnrichStep
{
    public string Name => "prefetch";

    public DropReason? Apply(EnrichItem item)
    {
        if (!item.In.Flags.HasFlag(IncomingFlags.Prefetch))
        {
            return null;
        }

        item.Sample = item.Page.Path;
        return DropReason.Prefetch;
    }
}
