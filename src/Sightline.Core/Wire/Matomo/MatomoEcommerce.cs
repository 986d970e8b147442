using System.Globalization;
using System.Text;
using System.Text.Json;
using Sightline.Core.Model;
using Sightline.Core.Wire.Common;

namespace Sightline.Core.Wire.Matomo;

/// <summary>
/// <c>idgoal=0</c>: an order (with <c>ec_id</c>) or the state of a cart (without). An order is one event <c>order</c> with its revenue and one
/// passive event <c>order_item</c> for each line, so that products can be reported without counting money twice.
/// </summary>
internal static class MatomoEcommerce
{
    private const string ItemsField = "ec_items";

    /// <summary>Lines of an order that become events; a longer one says so in its ignored fields.</summary>
    private const int MaxItems = 500;

    private static readonly (string Field, string Key)[] Amounts = [("ec_st", "subtotal"), ("ec_tx", "tax"), ("ec_sh", "shipping"), ("ec_dt", "discount")];

    public static void Add(MatomoHit hit, EventBatch into)
    {
        var order = hit.Fields.Trimmed("ec_id");
        var items = ReadItems(hit);
        var orderId = MatomoIds.Bounded(order);
        if (order is not null)
        {
            hit.Props.Add("order_id", order);
        }

        foreach (var (field, key) in Amounts)
        {
            hit.AddNumber(key, field);
        }

        hit.Props.Add("items", items.Count);
        hit.Props.Add("quantity", items.Sum(item => item.Quantity));
        var revenue = hit.Revenue();
        if (order is null && revenue is { } value)
        {
            // A cart is no sale: its worth is a property, not revenue.
            hit.Props.Add("value", value / 10_000.0);
        }

        MatomoProps.AddShared(hit);
        var main = hit.NewEvent(EventKind.Interaction, order is null ? "cart" : "order");
        into.Events.Add(main);
        if (orderId is null)
        {
            return;
        }

        main.RevenueE4 = revenue;
        main.DedupKey = orderId;
        for (var i = 0; i < items.Count; i++)
        {
            AddItem(hit, into, items[i], order!, orderId, i);
        }
    }

    private static void AddItem(MatomoHit hit, EventBatch into, Item item, string order, string orderId, int index)
    {
        hit.Props.Clear();
        hit.Props.Add("order_id", order);
        hit.Props.Add("sku", item.Sku);
        hit.Props.Add("name", item.Name);
        if (item.Categories is { } categories)
        {
            MatomoProps.AddCategories(hit.Props, "category", categories);
        }

        hit.Props.Add("price", item.Price);
        hit.Props.Add("quantity", item.Quantity);
        var line = hit.NewEvent(EventKind.Passive, "order_item");
        // With the order repeated, its lines are as well.
        line.DedupKey = MatomoIds.Bounded(string.Create(CultureInfo.InvariantCulture, $"{orderId}#{index}"));
        into.Events.Add(line);
    }

    private static List<Item> ReadItems(MatomoHit hit)
    {
        var items = new List<Item>();
        if (hit.Fields.Json(ItemsField) is not { Length: > 0 } json)
        {
            return items;
        }

        using var document = Text.TryParseJson(Encoding.UTF8.GetBytes(json), maxDepth: 8);
        if (document?.RootElement.ValueKind != JsonValueKind.Array)
        {
            hit.Ignore(true, ItemsField);
            return items;
        }

        var skipped = false;
        foreach (var line in document.RootElement.EnumerateArray())
        {
            if (items.Count < MaxItems && TryReadItem(line, out var item))
            {
                items.Add(item);
            }
            else
            {
                skipped = true;
            }
        }

        hit.Ignore(skipped, ItemsField);
        return items;
    }

    // [sku, name, category or [categories], price, quantity]; all but the first may be missing.
    private static bool TryReadItem(JsonElement line, out Item item)
    {
        item = default;
        if (line.ValueKind != JsonValueKind.Array || line.GetArrayLength() == 0)
        {
            return false;
        }

        var length = line.GetArrayLength();
        var sku = Scalar(line[0]);
        var name = length > 1 ? Scalar(line[1]) : null;
        if (sku is null && name is null)
        {
            return false;
        }

        var price = 0.0;
        var quantity = 1.0;
        var readable = (length <= 3 || TryNumber(line[3], ref price)) & (length <= 4 || TryNumber(line[4], ref quantity));
        item = new Item(sku, name, length > 2 ? line[2].Clone() : null, price, quantity);
        return readable;
    }

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when Text.TryGetString(value, out var text) && text.Trim().Length > 0 => text.Trim(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static bool TryNumber(JsonElement value, ref double number)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.False || (Text.TryGetString(value, out var text) && text.Length == 0))
        {
            return true;
        }

        return double.TryParse(Scalar(value), NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }

    private readonly record struct Item(string? Sku, string? Name, JsonElement? Categories, double Price, double Quantity);
}
