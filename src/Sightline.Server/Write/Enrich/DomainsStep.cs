using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Drops what other sites send with the project's public key, by mistake (a copied page) or to spoil its numbers.</summary>
internal sealed class DomainsStep : IEnrichStep
{
    public string Name => "domains";

    public DropReason? Apply(EnrichItem item)
    {
        // A path, or an event without a page, claims no host.
        if (item.Page.Host.Length == 0 || item.In.Flags.HasFlag(IncomingFlags.AnyHost) || item.View.IsOwnHost(item.Page.Host))
        {
            return null;
        }

        item.Sample = item.Page.Host;
        return DropReason.Host;
    }
}
