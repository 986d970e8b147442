using System.Globalization;
using System.Text;
using System.Text.Json;
using Sightline.Core.Wire.Common;

namespace Sightline.Core.Wire.Matomo;

/// <summary>The properties any kind of hit may carry: custom dimensions, custom variables, load times, the product of a page.</summary>
internal static class MatomoProps
{
    private const int MaxDimension = 999;

    private static readonly (string Field, string Key)[] Timings =
    [
        ("pf_net", "network_ms"), ("pf_srv", "server_ms"), ("pf_tfr", "transfer_ms"), ("pf_dm1", "dom_processing_ms"),
        ("pf_dm2", "dom_completion_ms"), ("pf_onl", "on_load_ms"), ("gt_ms", "generation_ms"), ("bw_bytes", "bytes"),
    ];

    public static void AddShared(MatomoHit hit)
    {
        AddProduct(hit);
        foreach (var (field, key) in Timings)
        {
            hit.AddNumber(key, field);
        }

        if (hit.Facts.Authorised)
        {
            hit.AddNumber("latitude", "lat");
            hit.AddNumber("longitude", "long");
        }

        AddDimensions(hit);
        // The narrower scope is said last, so it wins.
        var taken = hit.Props.Keys.ToHashSet(StringComparer.Ordinal);
        AddVariables(hit, "_cvar", taken);
        AddVariables(hit, "cvar", taken);
        AddVariables(hit, "e_cvar", taken);
    }

    private static void AddProduct(MatomoHit hit)
    {
        hit.Props.Add("product_sku", hit.Fields.Trimmed("_pks"));
        hit.Props.Add("product_name", hit.Fields.Trimmed("_pkn"));
        hit.AddNumber("product_price", "_pkp");
        if (hit.Fields.Json("_pkc") is { Length: > 0 } category)
        {
            using var list = category[0] == '[' ? Text.TryParseJson(Encoding.UTF8.GetBytes(category), maxDepth: 4) : null;
            if (list is null)
            {
                hit.Props.Add("product_category", category.Trim());
            }
            else
            {
                AddCategories(hit.Props, "product_category", list.RootElement);
            }
        }
    }

    /// <summary>Up to five categories of a product: <c>category</c>, <c>category2</c>, ... <c>category5</c>.</summary>
    public static void AddCategories(PropsWriter props, string key, JsonElement categories)
    {
        if (Text.TryGetString(categories, out var single))
        {
            props.Add(key, single.Trim());
            return;
        }

        if (categories.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var number = 1;
        foreach (var category in categories.EnumerateArray())
        {
            if (number <= 5 && Text.TryGetString(category, out var name) && name.Trim().Length > 0)
            {
                props.Add(number == 1 ? key : key + number.ToString(CultureInfo.InvariantCulture), name.Trim());
                number++;
            }
        }
    }

    private static void AddDimensions(MatomoHit hit)
    {
        foreach (var name in hit.Fields.Names)
        {
            if (name.StartsWith("dimension", StringComparison.Ordinal) && MatomoIds.TryReadNumber(name["dimension".Length..], out var number)
                && number is > 0 and <= MaxDimension)
            {
                hit.Props.Add(name, hit.Fields.Trimmed(name));
            }
        }
    }

    // {"1":["name","value"],...}, the key being a slot that nobody asks for.
    private static void AddVariables(MatomoHit hit, string field, HashSet<string> taken)
    {
        if (hit.Fields.Json(field) is not { Length: > 0 } json)
        {
            return;
        }

        using var document = Text.TryParseJson(Encoding.UTF8.GetBytes(json), maxDepth: 8);
        if (document is null || document.RootElement.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            hit.Ignore(true, field);
            return;
        }

        var skipped = false;
        foreach (var slot in Members(document.RootElement))
        {
            skipped |= !TryAddVariable(hit.Props, slot, taken);
        }

        hit.Ignore(skipped, field);
    }

    private static bool TryAddVariable(PropsWriter props, JsonElement slot, HashSet<string> taken)
    {
        if (slot.ValueKind != JsonValueKind.Array || slot.GetArrayLength() < 2 || Scalar(slot[0])?.Trim() is not { Length: > 0 } name || Scalar(slot[1]) is not { } value)
        {
            return false;
        }

        // A variable must not overwrite what the protocol itself says under that name.
        props.Add(taken.Contains(name) ? "cvar." + name : name, value.Trim());
        return true;
    }

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Text.TryGetString(value, out var text) ? text : null,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        _ => null,
    };

    private static IEnumerable<JsonElement> Members(JsonElement container)
    {
        if (container.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in container.EnumerateArray())
            {
                yield return item;
            }
        }
        else
        {
            foreach (var property in container.EnumerateObject())
            {
                yield return property.Value;
            }
        }
    }
}
