namespace Sightline.Store.Series;

/// <summary>Indexes of one kind, of the projects for which they are asked: made when first asked for, let go when nobody has asked for an hour, for of a million series one takes some fifty megabytes.</summary>
public sealed class SeriesFollowers<T>(SeriesIndex series, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly Dictionary<uint, One> _kept = [];
    private readonly Lock _lock = new();

    /// <param name="project">Whose series.</param>
    /// <param name="variant">What else it depends on; with another, it is made anew.</param>
    /// <param name="make">Makes an empty one.</param>
    /// <param name="add">Adds a series to one.</param>
    public SeriesFollower<T> Of(uint project, string variant, Func<T> make, Action<T, SeriesEntry> add)
    {
        var (published, now) = (series.PublishedOf(project), time.GetUtcNow());
        lock (_lock)
        {
            foreach (var (id, one) in _kept.ToList())
            {
                if (now - one.Asked > Kept || (id == project && (one.Follower.Series != published || one.Variant != variant)))
                {
                    _kept.Remove(id);
                }
            }

            var found = _kept.TryGetValue(project, out var known) ? known.Follower : new SeriesFollower<T>(published, make(), add);
            _kept[project] = new One(found, variant, now);
            return found;
        }
    }

    private sealed record One(SeriesFollower<T> Follower, string Variant, DateTimeOffset Asked);
}
