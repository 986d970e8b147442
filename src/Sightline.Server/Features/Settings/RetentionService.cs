using Sightline.Core.Model;
using Sightline.Store;

namespace Sightline.Server.Features.Settings;

/// <summary>Asks the store about retention.</summary>
internal sealed class RetentionService(EventStore store, TimeProvider time)
{
    /// <summary><see langword="null"/>: nothing is removed for its age.</summary>
    public RetentionLoss? WouldFree(Project project, int days)
    {
        if (days <= 0)
        {
            return null;
        }

        var before = StoreKeeper.KeptFromMs(days, time.GetUtcNow());
        var freed = store.FreedBefore(project.Id, before);
        return new RetentionLoss(days, DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(before).UtcDateTime), freed.Events, freed.Visits, freed.ApproximateBytes);
    }
}
