using Sightline.Core.Model;

namespace Sightline.Store.DuckDb;

/// <summary>When the request of an event was received: as it says itself, else as the first request of its project and protocol in the batch.</summary>
internal sealed class ReceiptTimes
{
    private readonly Dictionary<(uint Project, ReceivedBy By), long> _first = [];

    public ReceiptTimes(StoreBatch batch)
    {
        foreach (var received in batch.Received)
        {
            _first.TryAdd((received.Project, received.ReceivedBy), received.ReceivedMs);
        }
    }

    public long Of(Event e) => e.ReceivedMs != 0 ? e.ReceivedMs : _first.GetValueOrDefault((e.Project, e.ReceivedBy), e.TimeMs);
}
