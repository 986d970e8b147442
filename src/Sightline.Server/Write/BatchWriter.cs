using Sightline.Core.Model;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Write;

/// <summary>
/// Writes a batch to where its parts rest: what happened once to the settings, all else to the store. The settings first: should the store's transaction fail, or the process end between
/// the two, the record is read again, and what is kept already is known by its place in the log.
/// </summary>
internal sealed class BatchWriter(StoreWriter writer, GraphiteEventStore events)
{
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
