using System.Collections.Concurrent;
using Sightline.Core.Model;
using Sightline.Core.Queries;
using Sightline.Store;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Realtime;

/// <summary>One feed for each project that is watched, and the clock that moves them: a look a second while something is stored, one in five else.</summary>
internal sealed partial class RealtimeFeeds(
    RealtimeService service, ProjectDirectory projects, EventStore store, TimeProvider time, ILogger<RealtimeFeeds> logger) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<uint, ProjectFeed> _feeds = new();
    private readonly ConcurrentDictionary<uint, (long Generation, long At)> _seen = new();

    public ProjectFeed Of(Project project) => _feeds.GetOrAdd(project.Id, id => new ProjectFeed(
        version => projects.TryGetById(id, out var found)
            ? service.LookAsync(found, version, CancellationToken.None)
            : throw new InvalidQueryException($"there is no project {id}", "project"),
        time));

    /// <summary>Looks at every project that somebody watches and that may have changed.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, feed) in _feeds)
        {
            if (feed.Watchers == 0 || !IsDue(id))
            {
                continue;
            }

            try
            {
                await feed.LatestAsync(TimeSpan.Zero, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Watchers keep the moment they have; the next beat tries again.
                LogFailed(e, id);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RunOnceAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops, or was disposed without being stopped.
        }
    }

    // Late events may lie on an earlier day: the last two tell of all that can be live.
    private bool IsDue(uint id)
    {
        var today = DayGenerations.UtcDay(time.GetUtcNow().ToUnixTimeMilliseconds());
        var generation = store.Generations.Get(id, today) + store.Generations.Get(id, today - 1);
        if (_seen.TryGetValue(id, out var seen) && seen.Generation == generation && time.GetElapsedTime(seen.At) < Idle)
        {
            return false;
        }

        _seen[id] = (generation, time.GetTimestamp());
        return true;
    }

    public override void Dispose()
    {
        // The beat ends before what it looks at.
        base.Dispose();
        foreach (var feed in _feeds.Values)
        {
            feed.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "what is going on in project {Project} could not be looked up")]
    private partial void LogFailed(Exception exception, uint project);
}
