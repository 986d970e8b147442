using System.Globalization;
using System.Text.Json;

namespace Sightline.Core.Queries;

/// <summary>Reads a filter: <c>["is","visit:country",["DE"]]</c>, <c>["and",[...]]</c>, <c>["not",...]</c>, ...</summary>
public static class FilterParser
{
    private static readonly Dictionary<string, (FilterOperator Operator, bool Negative)> Operators = new(StringComparer.Ordinal)
    {
        ["is"] = (FilterOperator.Is, false),
        ["is_not"] = (FilterOperator.Is, true),
        ["contains"] = (FilterOperator.Contains, false),
        ["contains_not"] = (FilterOperator.Contains, true),
        ["starts_with"] = (FilterOperator.StartsWith, false),
        ["ends_with"] = (FilterOperator.EndsWith, false),
        ["matches"] = (FilterOperator.Matches, false),
        ["matches_not"] = (FilterOperator.Matches, true),
        ["gt"] = (FilterOperator.Gt, false),
        ["gte"] = (FilterOperator.Gte, false),
        ["lt"] = (FilterOperator.Lt, false),
        ["lte"] = (FilterOperator.Lte, false),
        ["is_set"] = (FilterOperator.IsSet, false),
        ["is_not_set"] = (FilterOperator.IsSet, true),
    };

    /// <param name="element">The filter; an empty list is no filter.</param>
    /// <param name="at">Its place in the query.</param>
    /// <exception cref="InvalidQueryException">It cannot be used.</exception>
    public static Filter? Parse(JsonElement element, string at)
    {
        if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 0)
        {
            return null;
        }
        var nodes = 0;
        return Node(element, at, ref nodes);
    }

    private static Filter Node(JsonElement element, string at, ref int nodes)
    {
        if (++nodes > QueryLimits.FilterNodes)
        {
            throw new InvalidQueryException($"more than {QueryLimits.FilterNodes} conditions", at);
        }
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() == 0)
        {
            throw new InvalidQueryException("a filter is a list like [\"is\",\"visit:country\",[\"DE\"]]", at);
        }
        var word = JsonPlaces.Text(element[0], at + "[0]");
        switch (word)
        {
            case "and":
                return new AndFilter(Parts(element, at, ref nodes));
            case "or":
                return new OrFilter(Parts(element, at, ref nodes));
            case "not":
                Length(element, 2, at);
                return new NotFilter(Node(element[1], at + "[1]", ref nodes));
            case "has_done":
                Length(element, 2, at);
                return new HasDoneFilter(Node(element[1], at + "[1]", ref nodes));
            case "has_not_done":
                Length(element, 2, at);
                return new NotFilter(new HasDoneFilter(Node(element[1], at + "[1]", ref nodes)));
            case "segment":
                Length(element, 2, at);
                return new SegmentFilter(JsonPlaces.Integer(element[1], at + "[1]", 1, uint.MaxValue), at + "[1]");
            default:
                return Operators.TryGetValue(word, out var known)
                    ? Leaf(element, known.Operator, known.Negative, at)
                    : throw new InvalidQueryException($"there is no operator '{word}'", at + "[0]");
        }
    }

    private static List<Filter> Parts(JsonElement element, string at, ref int nodes)
    {
        Length(element, 2, at);
        List<Filter> parts = [];
        foreach (var (part, place) in JsonPlaces.Items(element[1], at + "[1]", QueryLimits.FilterNodes))
        {
            parts.Add(Node(part, place, ref nodes));
        }
        return parts.Count > 0 ? parts : throw new InvalidQueryException("at least one condition is needed", at + "[1]");
    }

    private static Filter Leaf(JsonElement element, FilterOperator @operator, bool negative, string at)
    {
        var isSet = @operator == FilterOperator.IsSet;
        Length(element, isSet ? 2 : 3, at);
        var name = JsonPlaces.Text(element[1], at + "[1]");
        if (!Dimension.TryParse(name, out var dimension))
        {
            throw new InvalidQueryException($"there is no dimension '{name}'", at + "[1]");
        }
        if (dimension.IsTime)
        {
            throw new InvalidQueryException("time is limited by 'range'", at + "[1]");
        }
        List<string> values = [];
        if (!isSet)
        {
            foreach (var (value, place) in JsonPlaces.Items(element[2], at + "[2]", QueryLimits.FilterValues))
            {
                values.Add(Value(value, @operator, place));
            }
            if (values.Count == 0)
            {
                throw new InvalidQueryException("at least one value is needed", at + "[2]");
            }
        }
        LeafFilter leaf = new(dimension, @operator, values, at + (isSet ? "[1]" : "[2]"));
        return negative ? new NotFilter(leaf) : leaf;
    }

    private static string Value(JsonElement value, FilterOperator @operator, string at)
    {
        if (@operator is FilterOperator.Gt or FilterOperator.Gte or FilterOperator.Lt or FilterOperator.Lte)
        {
            var text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : JsonPlaces.Text(value, at);
            return PropNumber.TryRead(text, out var number)
                ? number.ToString("R", CultureInfo.InvariantCulture)
                : throw new InvalidQueryException("a number is expected here", at);
        }
        return value.ValueKind switch
        {
            JsonValueKind.Null when @operator == FilterOperator.Is => "",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => value.GetRawText().Length <= 64 ? value.GetRawText() : throw new InvalidQueryException("the number is too long", at),
            JsonValueKind.String => JsonPlaces.Text(value, at),
            _ => throw new InvalidQueryException("a text, a number, true, false or (with is, is_not) null is expected here", at),
        };
    }

    private static void Length(JsonElement element, int length, string at)
    {
        if (element.GetArrayLength() != length)
        {
            throw new InvalidQueryException(
                string.Create(CultureInfo.InvariantCulture, $"'{element[0].GetString()}' takes {length - 1} argument(s) here"), at);
        }
    }
}
