using System.Globalization;
using System.Text;
using System.Text.Json;
using Sightline.Core.Queries;

namespace Sightline.Server.Query;

/// <summary>Writes the query back as it was understood: names in full, the range and comparison as dates or times, the filter normalised.</summary>
internal static class QueryWriter
{
    /// <summary>The same for queries that mean the same at the same moment.</summary>
    public static string Key(ResolvedQuery resolved)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            Write(writer, resolved);
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    public static void Write(Utf8JsonWriter writer, ResolvedQuery resolved)
    {
        var query = resolved.Query;
        writer.WriteStartObject();
        writer.WriteNumber("project", query.Project);
        List(writer, "metrics", query.Metrics.Select(m => m.Name));
        List(writer, "dimensions", query.Dimensions.Select(d => d.Name));
        Range(writer, "range", resolved.Range, resolved.Calendar);
        writer.WriteString("timezone", resolved.Calendar.Zone.Id);
        if (query.Filter is { } filter)
        {
            writer.WritePropertyName("filters");
            FilterWriter.Write(writer, filter);
        }
        writer.WriteStartArray("order");
        foreach (var term in query.Order)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(term.IsMetric ? query.Metrics[term.Index].Name : query.Dimensions[term.Index].Name);
            writer.WriteStringValue(term.Descending ? "desc" : "asc");
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.WriteNumber("limit", resolved.Limit);
        writer.WriteNumber("offset", query.Offset);
        if (resolved.CompareRange is { } compare)
        {
            Range(writer, "compare", compare, resolved.Calendar);
        }
        List(writer, "include", [.. query.IncludeTotals ? ["totals"] : (string[])[], .. query.IncludeTotalRows ? ["total_rows"] : (string[])[]]);
        writer.WriteEndObject();
    }

    private static void List(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }
        writer.WriteEndArray();
    }

    private static void Range(Utf8JsonWriter writer, string name, TimeRange range, ZoneCalendar calendar)
    {
        writer.WriteStartArray(name);
        if (range is { FirstDay: { } first, LastDay: { } last })
        {
            writer.WriteStringValue(first.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            writer.WriteStringValue(last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteStringValue(Instant(range.FromMs, calendar));
            writer.WriteStringValue(Instant(range.ToMs, calendar));
        }
        writer.WriteEndArray();
    }

    private static string Instant(long ms, ZoneCalendar calendar) => DateTimeOffset.FromUnixTimeMilliseconds(ms)
        .ToOffset(TimeSpan.FromMinutes(calendar.OffsetMs(ms) / 60_000))
        .ToString("yyyy-MM-dd'T'HH:mm:ss.FFFzzz", CultureInfo.InvariantCulture);
}
