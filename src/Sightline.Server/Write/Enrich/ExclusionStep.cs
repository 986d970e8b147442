using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Drops what the project's settings exclude: hosts (a staging server), pages (an admin area) and addresses (the owner's office).</summary>
internal sealed class ExclusionStep : IEnrichStep
{
    public string Name => "exclusions";

    public DropReason? Apply(EnrichItem item)
    {
        if (item.Page.Host.Length > 0 && item.View.IsExcludedHost(item.Page.Host))
        {
            item.Sample = item.Page.Host;
            return DropReason.Excluded;
        }

        if (item.Page.Path.Length > 0 && item.View.IsExcludedPath(item.Page.Path))
        {
            item.Sample = item.Page.Path;
            return DropReason.Excluded;
        }

        if (item.Address.Ip is not null && !item.View.ExcludedAddresses.IsEmpty && item.View.ExcludedAddresses.Contains(item.Address.Bits))
        {
            // Which address it was is nobody's business afterwards.
            item.Sample = "by address";
            return DropReason.Excluded;
        }

        return null;
    }
}
