using Sightline.Core.Queries.Graphite;
using Sightline.Store;
using Sightline.Store.Series;

namespace Sightline.Server.Features.Graphite;

/// <summary>Indexes of the tags of projects' series.</summary>
internal sealed class GraphiteTags(EventStore store, TimeProvider time)
{
    // Of more than this share of all series, going through all in their order is quicker than putting these in order.
    private const int Many = 8;

    private readonly SeriesFollowers<SeriesTags> _kept = new(store.Series, time);

    /// <summary>Asks the index of all series that the project has now.</summary>
    public T Read<T>(uint project, Func<SeriesTags, T> question)
    {
        var follower = Of(project);
        follower.Follow();
        return follower.Read(question);
    }

    /// <summary>Names of series that match every expression, sorted.</summary>
    /// <exception cref="GraphiteException">An expression is none.</exception>
    public IReadOnlyList<string> Find(uint project, IReadOnlyList<string> expressions)
    {
        var conditions = expressions.Select(TagExpression.Parse).ToList();
        var follower = Of(project);
        follower.Follow();
        var found = follower.Read(tags => tags.Find(conditions));
        var count = found.Count;
        if (count > found.Length / Many)
        {
            return [.. store.Series.All(project, taggedOnly: true).Where(entry => found.Contains(entry.Place)).Select(static entry => entry.Name)];
        }

        var entries = follower.Series.At(found.Ids()).ToArray();
        Array.Sort(entries, static (a, b) => a.Utf8Name.AsSpan().SequenceCompareTo(b.Utf8Name));
        return [.. entries.Select(static entry => entry.Name)];
    }

    private SeriesFollower<SeriesTags> Of(uint project) => _kept.Of(project, "", static () => new SeriesTags(), static (tags, series) => tags.Add(series.Place, series.Utf8Name));
}
