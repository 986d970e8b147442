using Sightline.Core.Model;

namespace Sightline.Server.Write.Enrich;

/// <summary>Drops what browsers send that ask not to be tracked, where the project honours that. Nothing of it is kept but the count.</summary>
internal sealed class DoNotTrackStep : IEnrichStep
{
    public string Name => "do_not_track";

    public DropReason? Apply(EnrichItem item)
    {
        if (!item.Project.HonoursDoNotTrack || !item.In.Flags.HasFlag(IncomingFlags.DoNotTrack))
        {
            return null;
        }

        item.Sample = "Do Not Track";
        return DropReason.NotWanted;
    }
}
