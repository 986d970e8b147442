using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Drops what the project's settings exclude: addresses (the owner's office) and pages (an admin area).</summary>
internal sealed class ExclusionStep : IEnrichStep
{
    public string Name => "exclusions";

    public DropReason? Apply(EnrichItem item)
    {
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
