using System.Globalization;
using System.Text.Json;
using Sightline.Core.Model;

namespace Sightline.Core.Wire.EventApi;

/// <summary>Reads an event's money: an amount, as number or text, or <c>{"amount": 19.99, "currency": "EUR"}</c>.</summary>
internal static class RevenueReader
{
    private const decimal Largest = 100_000_000_000_000m;
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>From the value's first token to its last, well-formed or not.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, IncomingEvent into)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return TryReadAmount(ref reader, into);
        }

        var isWell = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isAmount = JsonText.Is(ref reader, "amount"u8);
            var isCurrency = !isAmount && JsonText.Is(ref reader, "currency"u8);
            reader.Read();
            if (isAmount)
            {
                isWell &= TryReadAmount(ref reader, into);
            }
            else if (isCurrency && reader.TokenType != JsonTokenType.Null)
            {
                isWell &= TryReadCurrency(ref reader, into);
            }
            else
            {
                reader.Skip();
            }
        }

        return isWell;
    }

    private static bool TryReadAmount(ref Utf8JsonReader reader, IncomingEvent into)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (reader.TokenType is JsonTokenType.Number or JsonTokenType.String
            && decimal.TryParse(reader.ValueSpan, Style, CultureInfo.InvariantCulture, out var amount) && Math.Abs(amount) <= Largest)
        {
            into.RevenueE4 = (long)Math.Round(amount * 10_000m, MidpointRounding.AwayFromZero);
            return true;
        }

        reader.Skip();
        return false;
    }

    private static bool TryReadCurrency(ref Utf8JsonReader reader, IncomingEvent into)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return false;
        }

        var currency = JsonText.Read(ref reader, EventLimits.Id, out _);
        into.Currency = currency?.ToUpperInvariant();
        return currency is null || (currency.Length == 3 && currency.All(char.IsAsciiLetter));
    }
}
