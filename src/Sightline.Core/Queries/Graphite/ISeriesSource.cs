namespace Sightline.Core.Queries.Graphite;

/// <summary>Where stored series come from.</summary>
public interface ISeriesSource
{
    /// <summary>Series that a pattern matches, sorted by name, over a range.</summary>
    /// <param name="pattern">A dotted pattern, or the whole name of a series with tags.</param>
    /// <param name="from">Unix seconds, exclusive, as whisper has it.</param>
    /// <param name="until">Unix seconds, inclusive.</param>
    IReadOnlyList<Series> Fetch(string pattern, long from, long until);

    /// <summary>Tells patterns that will be fetched soon, so that they can be read together.</summary>
    void Expect(IEnumerable<string> patterns)
    {
        // A source that has everything at hand has nothing to get ready.
    }

    /// <summary>Names of series that match every expression: <c>name=cpu</c>, <c>dc!=a</c>, <c>host=~web.*</c>.</summary>
    IReadOnlyList<string> FindByTags(IReadOnlyList<string> expressions);

    /// <summary>Times of what happened, Unix seconds.</summary>
    /// <param name="tags">Those that each must have; <see langword="null"/>: all.</param>
    /// <param name="from">Unix seconds, inclusive.</param>
    /// <param name="until">Unix seconds, exclusive.</param>
    IReadOnlyList<long> Events(IReadOnlyList<string>? tags, long from, long until);
}
