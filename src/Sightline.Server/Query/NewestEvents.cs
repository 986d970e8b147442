using System.Collections.Concurrent;
using Sightline.Store;
using Sightline.Store.DuckDb.Query;

namespace Sightline.Server.Query;

/// <summary>The newest event of each project, read again only when a day from it onwards has changed.</summary>
internal sealed class NewestEvents(EventStore store)
{
    private readonly ConcurrentDictionary<uint, (long? Ms, long[] Generations)> known = new();

    public long? Find(uint project, long nowMs, Func<StoreSnapshot> snapshot, CancellationToken cancellation)
    {
        ProjectDays days = new(store.Generations, project);
        var had = known.GetValueOrDefault(project);
        var since = had.Ms ?? 0;
        // Events may be a little ahead of the clock, never a day.
        var until = Math.Max(nowMs, since) + 86_400_000;
        if (had.Generations is not null && had.Generations.AsSpan().SequenceEqual(days.Of((since, until))))
        {
            return had.Ms;
        }
        // The generations that go with an answer are those from before it was read, and of the days from the new newest event on.
        var before = days.Of((0, until));
        // Only erasing takes the newest away; otherwise the engine skips everything before it.
        var newest = (had.Ms is { } ms ? DuckDbGroupSource.NewestEventMs(snapshot(), project, ms, cancellation) : null)
            ?? DuckDbGroupSource.NewestEventMs(snapshot(), project, 0, cancellation);
        known[project] = (newest, before[DayGenerations.UtcDay(newest ?? 0)..]);
        return newest;
    }
}
