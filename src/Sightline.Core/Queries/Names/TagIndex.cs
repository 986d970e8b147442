namespace Sightline.Core.Queries.Names;

/// <summary>Which names have which tags: names are numbers, added in rising order. One writer or many readers at a time.</summary>
public sealed class TagIndex
{
    private readonly Dictionary<string, Tag> _tags = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tag>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public TagIndex() => _lookup = _tags.GetAlternateLookup<ReadOnlySpan<char>>();

    public IReadOnlyCollection<Tag> Tags => _tags.Values;

    /// <summary>Bytes it takes, about.</summary>
    public long Bytes => _tags.Values.Sum(static tag => tag.Values.Sum(static value => value.Bytes));

    public Tag? Find(string tag) => _tags.GetValueOrDefault(tag);

    /// <summary>The tag of that name, made if there is none.</summary>
    internal Tag Of(ReadOnlySpan<char> name)
    {
        if (!_lookup.TryGetValue(name, out var tag))
        {
            var text = name.ToString();
            _tags.Add(text, tag = new Tag(text));
        }

        return tag;
    }
}
