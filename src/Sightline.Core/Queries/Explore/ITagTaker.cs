namespace Sightline.Core.Queries.Explore;

/// <summary>Takes the tags of a name, one after the other; of a tag that comes twice the later value counts.</summary>
internal interface ITagTaker
{
    void Take(ReadOnlyMemory<char> tag, ReadOnlyMemory<char> value);
}
