using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sightline.Core.Queries;

/// <summary>Writes a filter as a query has it.</summary>
public static class FilterWriter
{
    public static string Text(Filter filter)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(writer, filter);
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    public static void Write(Utf8JsonWriter writer, Filter filter)
    {
        writer.WriteStartArray();
        switch (filter)
        {
            case AndFilter and:
                Parts(writer, "and", and.Parts);
                break;
            case OrFilter or:
                Parts(writer, "or", or.Parts);
                break;
            case NotFilter { Part: HasDoneFilter done }:
                writer.WriteStringValue("has_not_done");
                Write(writer, done.What);
                break;
            case NotFilter { Part: LeafFilter { Operator: FilterOperator.Is or FilterOperator.Contains or FilterOperator.Matches or FilterOperator.IsSet } leaf }:
                Leaf(writer, leaf, negative: true);
                break;
            case NotFilter not:
                writer.WriteStringValue("not");
                Write(writer, not.Part);
                break;
            case HasDoneFilter done:
                writer.WriteStringValue("has_done");
                Write(writer, done.What);
                break;
            case SegmentFilter segment:
                writer.WriteStringValue("segment");
                writer.WriteNumberValue(segment.Id);
                break;
            case LeafFilter leaf:
                Leaf(writer, leaf, negative: false);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(filter));
        }
        writer.WriteEndArray();
    }

    private static void Parts(Utf8JsonWriter writer, string word, IReadOnlyList<Filter> parts)
    {
        writer.WriteStringValue(word);
        writer.WriteStartArray();
        foreach (var part in parts)
        {
            Write(writer, part);
        }
        writer.WriteEndArray();
    }

    private static void Leaf(Utf8JsonWriter writer, LeafFilter leaf, bool negative)
    {
        writer.WriteStringValue((leaf.Operator, negative) switch
        {
            (FilterOperator.Is, false) => "is",
            (FilterOperator.Is, true) => "is_not",
            (FilterOperator.Contains, false) => "contains",
            (FilterOperator.Contains, true) => "contains_not",
            (FilterOperator.Matches, false) => "matches",
            (FilterOperator.Matches, true) => "matches_not",
            (FilterOperator.IsSet, false) => "is_set",
            (FilterOperator.IsSet, true) => "is_not_set",
            (FilterOperator.StartsWith, _) => "starts_with",
            (FilterOperator.EndsWith, _) => "ends_with",
            (FilterOperator.Gt, _) => "gt",
            (FilterOperator.Gte, _) => "gte",
            (FilterOperator.Lt, _) => "lt",
            (FilterOperator.Lte, _) => "lte",
            _ => throw new ArgumentOutOfRangeException(nameof(leaf)),
        });
        writer.WriteStringValue(leaf.Dimension.Name);
        if (leaf.Operator != FilterOperator.IsSet)
        {
            writer.WriteStartArray();
            foreach (var value in leaf.Values)
            {
                writer.WriteStringValue(value);
            }
            writer.WriteEndArray();
        }
    }
}
