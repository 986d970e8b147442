using System.Globalization;
using System.Text.Json;
using Sightline.Core.Queries;

namespace Sightline.Server.Query;

/// <summary>Writes an answer as JSON: rates as fractions, durations in seconds, money decimal with its currency, what does not exist as null.</summary>
internal static class AnswerWriter
{
    public static void Write(Utf8JsonWriter writer, QueryResult result)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("query");
        QueryWriter.Write(writer, result.Resolved);
        writer.WriteStartArray("rows");
        foreach (var row in result.Answer.Rows)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("dimensions");
            foreach (var value in row.Dimensions)
            {
                writer.WriteStringValue(value);
            }
            writer.WriteEndArray();
            Metrics(writer, row, result.Resolved);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (result.Answer.Totals is { } totals)
        {
            writer.WriteStartObject("totals");
            Metrics(writer, totals, result.Resolved);
            writer.WriteEndObject();
        }
        Meta(writer, result);
        writer.WriteEndObject();
    }

    private static void Metrics(Utf8JsonWriter writer, AnswerRow row, ResolvedQuery resolved)
    {
        Values(writer, row.Metrics, resolved);
        if (row.Compare is { } compare)
        {
            writer.WriteStartObject("compare");
            if (compare.Label is { } label)
            {
                writer.WriteString("time", label);
            }
            Values(writer, compare.Metrics, resolved);
            writer.WriteStartArray("change");
            foreach (var change in compare.Change)
            {
                Number(writer, change);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        else if (resolved.CompareRange is not null)
        {
            writer.WriteNull("compare");
        }
    }

    private static void Values(Utf8JsonWriter writer, MetricValue[] values, ResolvedQuery resolved)
    {
        writer.WriteStartArray("metrics");
        foreach (var value in values)
        {
            if (value.Money is { } money)
            {
                Money(writer, money, resolved.Project.Currency);
            }
            else
            {
                Number(writer, value.Number);
            }
        }
        writer.WriteEndArray();
    }

    private static void Meta(Utf8JsonWriter writer, QueryResult result)
    {
        writer.WriteStartObject("meta");
        writer.WriteString("cache", result.Cache switch { CacheOutcome.Hit => "hit", CacheOutcome.Partial => "partial", _ => "miss" });
        writer.WriteNumber("took_ms", result.TookMs);
        writer.WriteString("newest_event", result.NewestEventMs is { } ms
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture)
            : null);
        writer.WriteBoolean("exact", true);
        if (result.Resolved.Query.IncludeTotalRows)
        {
            writer.WriteNumber("total_rows", result.Answer.TotalRows);
        }
        if (result.Answer.OtherMoneyE4.Count > 0)
        {
            writer.WriteStartArray("other_revenue");
            foreach (var (currency, amount) in result.Answer.OtherMoneyE4.OrderBy(money => money.Key, StringComparer.Ordinal))
            {
                Money(writer, amount / 10_000m, currency);
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static void Money(Utf8JsonWriter writer, decimal amount, string currency)
    {
        writer.WriteStartObject();
        writer.WriteNumber("amount", amount);
        writer.WriteString("currency", currency);
        writer.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter writer, double? number)
    {
        // A sum of a property's numbers can leave what JSON can write.
        if (number is { } value && double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
