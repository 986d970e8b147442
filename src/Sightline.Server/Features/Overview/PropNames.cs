using System.Collections.Concurrent;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Store;

namespace Sightline.Server.Features.Overview;

/// <summary>Reads them from the store, at most once a minute for each project.</summary>
internal sealed class PropNames(EventStore store, TimeProvider time) : IPropNames
{
    private const int Most = 50;
    private const long SinceMs = 90 * ZoneCalendar.DayMs;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<uint, (long Read, IReadOnlyList<string> Names)> _known = new();

    public IReadOnlyList<string> Of(Project project)
    {
        if (_known.TryGetValue(project.Id, out var known) && time.GetElapsedTime(known.Read) < Kept)
        {
            return known.Names;
        }

        var names = store.PropNames(project.Id, time.GetUtcNow().ToUnixTimeMilliseconds() - SinceMs, Most);
        _known[project.Id] = (time.GetTimestamp(), names);
        return names;
    }
}
