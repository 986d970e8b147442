namespace Sightline.Server.Write;

/// <summary>
/// How old the oldest datum is that the log has and the store has not: an upper bound, from notes of how long the log was at what time.
/// Safe for any thread.
/// </summary>
/// <param name="time">Its monotonic clock is used.</param>
/// <param name="stored">What the store has to begin with.</param>
internal sealed class LagClock(TimeProvider time, long stored)
{
    private readonly Lock _lock = new();
    private readonly Queue<(long End, long Timestamp)> _notes = [];
    private long _behindSince;
    private long _noted = stored;
    private bool _behind;

    public TimeSpan Lag
    {
        get
        {
            lock (_lock)
            {
                return _behind ? time.GetElapsedTime(_behindSince) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>The log ends here now.</summary>
    public void Note(long end)
    {
        lock (_lock)
        {
            if (end <= _noted)
            {
                return;
            }

            _noted = end;
            var now = time.GetTimestamp();
            _notes.Enqueue((end, now));
            if (!_behind)
            {
                (_behind, _behindSince) = (true, now);
            }
        }
    }

    /// <summary>The store has everything up to here.</summary>
    public void Stored(long upTo)
    {
        lock (_lock)
        {
            while (_notes.TryPeek(out var note) && note.End <= upTo)
            {
                // What lies behind this position came after this moment.
                _behindSince = note.Timestamp;
                _notes.Dequeue();
            }

            _behind = _notes.Count > 0;
        }
    }
}
