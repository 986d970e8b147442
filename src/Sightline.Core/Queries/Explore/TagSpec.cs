namespace Sightline.Core.Queries.Explore;

/// <summary>A tag that something goes by, with buckets its values fall into: <c>server:web|db</c>.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Buckets">Parts of values, tried in order; empty: each value is one of its own.</param>
/// <param name="IsRequired">Written <c>tag=</c>: metrics without it are left out.</param>
public sealed record TagSpec(string Tag, IReadOnlyList<string> Buckets, bool IsRequired = false)
{
    /// <exception cref="ExploreException">It is no list of tags.</exception>
    public static IReadOnlyList<TagSpec> ParseList(string text)
    {
        var specs = new List<TagSpec>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var required = part.EndsWith('=');
            var body = required ? part[..^1] : part;
            var colon = body.IndexOf(':', StringComparison.Ordinal);
            var tag = colon < 0 ? body : body[..colon];
            if (tag.Length == 0)
            {
                throw new ExploreException($"'{part}' names no tag");
            }

            specs.Add(new TagSpec(tag, colon < 0 ? [] : body[(colon + 1)..].Split('|', StringSplitOptions.RemoveEmptyEntries), required));
        }

        return specs.Count > 0 ? specs : throw new ExploreException("a list of tags is empty");
    }

    /// <summary>The bucket of a value; empty: none of them, which is one as well.</summary>
    public string BucketOf(string value) => Buckets.FirstOrDefault(bucket => value.Contains(bucket, StringComparison.Ordinal), "");
}
