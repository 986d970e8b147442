using Sightline.Core.Model;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Write;

/// <summary>Writes what a batch has for the settings, then the batch.</summary>
/// <param name="events">What happened once: Graphite's events, DogStatsD's.</param>
/// <param name="writer">The store's.</param>
internal sealed class BatchWriter(GraphiteEventStore events, StoreWriter writer)
{
    // The settings first: should the store's transaction fail, or the process end between the two, the record is read again and what is kept already is known by its place in the log.
    public int Write(StoreBatch batch)
    {
        foreach (var refused in events.AddAll(batch.Changes))
        {
            batch.Received.Add(new ReceivedCount(refused.Project, refused.ReceivedMs, refused.ReceivedBy, 1));
            batch.Drops.Add(new Drop(refused.Project, refused.ReceivedMs, refused.ReceivedBy, DropReason.TooLarge, 1, "events"));
        }

        return writer.Write(batch);
    }
}
