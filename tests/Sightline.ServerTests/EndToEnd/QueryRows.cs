using System.Globalization;
using System.Text.Json;

namespace Sightline.ServerTests.EndToEnd;

/// <summary>Rows of a query's answer as lines that are easy to compare: <c>/about: 2 3</c>.</summary>
internal static class QueryRows
{
    public static async Task<IReadOnlyList<string>> AskAsync(ServerUnderTest server, string token, uint project, string metrics, string dimensions, string range = "\"all\"")
    {
        var answer = await server.QueryAsync($$"""{"project":{{project}},"metrics":[{{Quoted(metrics)}}],"dimensions":[{{Quoted(dimensions)}}],"range":{{range}}}""", token);
        using var json = JsonDocument.Parse(answer);
        return [.. json.RootElement.GetProperty("rows").EnumerateArray().Select(Line).Order(StringComparer.Ordinal)];
    }

    private static string Line(JsonElement row)
    {
        var names = row.TryGetProperty("dimensions", out var dimensions) ? dimensions.EnumerateArray().Select(Text) : [];
        return $"{string.Join(' ', names)}: {string.Join(' ', row.GetProperty("metrics").EnumerateArray().Select(Text))}".TrimStart(':', ' ');
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Number => value.GetDouble().ToString("0.####", CultureInfo.InvariantCulture),
        JsonValueKind.Object => value.GetProperty("amount").GetDecimal().ToString(CultureInfo.InvariantCulture) + value.GetProperty("currency").GetString(),
        _ => value.ToString(),
    };

    private static string Quoted(string names) => string.Join(',', names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => $"\"{name}\""));
}
