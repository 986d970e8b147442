using System.Text.Json;

namespace Sightline.Core.Queries;

/// <summary>A filter to be kept under a name: <c>{"name": "Germany", "filter": ["is","visit:country",["DE"]]}</c>.</summary>
public sealed record NamedFilter(string Name, Filter Filter)
{
    /// <exception cref="InvalidQueryException">With the place of the mistake.</exception>
    public static NamedFilter Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = QueryJson.Parse(utf8, "the segment");
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidQueryException("a segment is an object with name and filter", "");
        }

        string? name = null;
        Filter? filter = null;
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.NameEquals("name"))
            {
                name = JsonPlaces.Text(member.Value, "name");
            }
            else if (member.NameEquals("filter"))
            {
                filter = FilterParser.Parse(member.Value, "filter") ?? throw new InvalidQueryException("at least one condition is needed", "filter");
            }
            else
            {
                var unknown = JsonPlaces.Name(member);
                throw new InvalidQueryException($"there is no field '{unknown}'", unknown);
            }
        }

        return new NamedFilter(
            name ?? throw new InvalidQueryException("'name' is missing", "name"), filter ?? throw new InvalidQueryException("'filter' is missing", "filter"));
    }
}
