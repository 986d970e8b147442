using System.Collections.Concurrent;
using Sightline.Core.Model;

namespace Sightline.Server.Receive;

/// <summary>Per project a bucket of ten seconds' worth of its <see cref="Project.EventsPerSecond"/>.</summary>
internal sealed class RateLimits(TimeProvider time)
{
    private const int BurstSeconds = 10;

    private readonly ConcurrentDictionary<uint, Bucket> _buckets = new();

    /// <summary>False: over the limit, nothing taken. A batch larger than the whole burst passes when the bucket is full, once.</summary>
    public bool TryTake(Project project, int count)
    {
        if (project.EventsPerSecond <= 0)
        {
            return true;
        }

        return _buckets.GetOrAdd(project.Id, static _ => new Bucket()).TryTake(count, project.EventsPerSecond, time.GetTimestamp(), time.TimestampFrequency);
    }

    private sealed class Bucket
    {
        private readonly Lock _lock = new();
        private double _tokens = double.MaxValue;
        private long _filledAt;

        // The monotonic clock: a wall clock that jumps must neither block a project nor open the gate.
        public bool TryTake(int count, int perSecond, long now, long frequency)
        {
            lock (_lock)
            {
                var burst = (double)perSecond * BurstSeconds;
                _tokens = Math.Min(burst, _tokens + ((now - _filledAt) / (double)frequency * perSecond));
                _filledAt = now;
                if (_tokens < Math.Min(count, burst))
                {
                    return false;
                }

                _tokens -= count;
                return true;
            }
        }
    }
}
