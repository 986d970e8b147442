using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sightline.Server.Features.Overview;

/// <summary>Filters of a page in the words of the query language, and back.</summary>
internal static class FilterJson
{
    /// <summary>What must hold, each by itself. Values of one chip are alternatives, and so are chips of one group.</summary>
    public static IEnumerable<JsonNode> Conditions(IReadOnlyList<OverviewFilter> filters)
    {
        var chips = FilterChip.Of(filters);
        foreach (var chip in chips.Where(c => c.Group == 0))
        {
            yield return Condition(chip);
        }

        foreach (var group in chips.Where(c => c.Group > 0).GroupBy(c => c.Group))
        {
            yield return new JsonArray("or", new JsonArray([.. group.Select(Condition)]));
        }
    }

    /// <summary>One filter that holds where all do; <see langword="null"/>: there is none.</summary>
    public static JsonNode? All(IReadOnlyList<OverviewFilter> filters) =>
        Conditions(filters).ToList() is { Count: > 0 } all ? all.Count == 1 ? all[0] : new JsonArray("and", new JsonArray([.. all])) : null;

    /// <summary>The chips of a filter; <see langword="null"/>: pages cannot say it.</summary>
    public static IReadOnlyList<OverviewFilter>? Read(JsonElement filter)
    {
        List<OverviewFilter> read = [];
        var groups = 0;
        foreach (var part in Word(filter) == "and" ? [.. filter[1].EnumerateArray()] : (JsonElement[])[filter])
        {
            var isGroup = Word(part) == "or";
            groups += isGroup ? 1 : 0;
            foreach (var one in isGroup ? [.. part[1].EnumerateArray()] : (JsonElement[])[part])
            {
                if (Leaves(one, FilterScope.Events) is not { } leaves)
                {
                    return null;
                }

                read.AddRange(isGroup ? leaves.Select(leaf => leaf with { Group = groups }) : leaves);
            }
        }

        return OverviewFilter.Tidy(read);
    }

    private static JsonArray Condition(FilterChip chip)
    {
        var leaf = chip.First.IsSegment
            ? new JsonArray(OverviewFilter.Segment, long.TryParse(chip.Dimension, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : chip.Dimension)
            : chip.Values.Count == 0
                ? new JsonArray(chip.Operator, chip.Dimension)
                : new JsonArray(chip.Operator, chip.Dimension, new JsonArray([.. chip.Values.Select(value => (JsonNode)value)]));
        leaf = chip.Operator == OverviewFilter.NotSegment ? new JsonArray("not", leaf) : leaf;
        return chip.Scope switch
        {
            FilterScope.Did => new JsonArray("has_done", leaf),
            FilterScope.DidNot => new JsonArray("has_not_done", leaf),
            _ => leaf,
        };
    }

    private static IEnumerable<OverviewFilter>? Leaves(JsonElement filter, FilterScope scope)
    {
        switch (Word(filter))
        {
            case "and" or "or":
                return null;
            case "has_done" when scope == FilterScope.Events:
                return Leaves(filter[1], FilterScope.Did);
            case "has_not_done" when scope == FilterScope.Events:
                return Leaves(filter[1], FilterScope.DidNot);
            case "has_done" or "has_not_done":
                return null;
            case "segment":
                return [new OverviewFilter(OverviewFilter.Segment, filter[1].GetRawText(), null) { Scope = scope }];
            case "not":
                return Word(filter[1]) == "segment" ? [new OverviewFilter(OverviewFilter.NotSegment, filter[1][1].GetRawText(), null) { Scope = scope }] : null;
        }

        var (word, dimension) = (Word(filter), filter[1].GetString()!);
        if (filter.GetArrayLength() == 2)
        {
            return [new OverviewFilter(word, dimension, null) { Scope = scope }];
        }

        var values = filter[2].EnumerateArray().ToList();
        // "Has none" among other values is no chip.
        return values.TrueForAll(value => value.ValueKind == JsonValueKind.String)
            ? values.Select(value => new OverviewFilter(word, dimension, value.GetString()) { Scope = scope })
            : null;
    }

    private static string Word(JsonElement filter) => filter[0].GetString()!;
}
