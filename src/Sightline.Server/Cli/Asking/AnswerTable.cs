using System.Globalization;
using System.Text.Json;

namespace Sightline.Server.Cli.Asking;

/// <summary>The answer of a query as rows of text: dimensions, then metrics, then what they were before.</summary>
internal sealed class AnswerTable
{
    private AnswerTable(string[] headers, int dimensions, List<string[]> rows) => (Headers, Dimensions, Rows) = (headers, dimensions, rows);

    public string[] Headers { get; }

    /// <summary>How many of the columns are dimensions.</summary>
    public int Dimensions { get; }

    public IReadOnlyList<string[]> Rows { get; }

    /// <param name="query">The query asked.</param>
    /// <param name="answer">Answer in the API's form.</param>
    public static AnswerTable Of(JsonElement query, JsonElement answer)
    {
        var dimensions = query.TryGetProperty("dimensions", out var named) ? named.EnumerateArray().Select(d => d.GetString()!).ToArray() : [];
        var metrics = query.GetProperty("metrics").EnumerateArray().Select(m => m.GetString()!).ToArray();
        var compares = query.TryGetProperty("compare", out var compare) && compare.ValueKind != JsonValueKind.Null;
        var rows = new List<string[]>();
        foreach (var row in answer.GetProperty("rows").EnumerateArray())
        {
            rows.Add(
            [
                .. row.GetProperty("dimensions").EnumerateArray().Select(Text),
                .. Metrics(row, metrics.Length),
                .. compares ? Metrics(row.TryGetProperty("compare", out var before) ? before : default, metrics.Length) : [],
            ]);
        }

        return new AnswerTable([.. dimensions, .. metrics, .. compares ? metrics.Select(m => m + " before") : []], dimensions.Length, rows);
    }

    /// <summary>RFC 4180.</summary>
    public void WriteCsv(TextWriter output)
    {
        foreach (var row in Rows.Prepend(Headers))
        {
            output.Write(string.Join(',', row.Select(Quoted)) + "\r\n");
        }
    }

    private static IEnumerable<string> Metrics(JsonElement holder, int count) =>
        holder.ValueKind == JsonValueKind.Object ? holder.GetProperty("metrics").EnumerateArray().Select(Text) : Enumerable.Repeat("", count);

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetDouble().ToString("0.####", CultureInfo.InvariantCulture),
        // Money.
        JsonValueKind.Object => string.Create(CultureInfo.InvariantCulture, $"{value.GetProperty("amount").GetDecimal():0.####} {value.GetProperty("currency").GetString()}"),
        _ => value.GetRawText(),
    };

    // A stored path that begins with one of these would run as a formula in a spreadsheet; a quote before it makes it text there.
    private static string Quoted(string cell)
    {
        var safe = cell.Length > 0 && cell[0] is '=' or '+' or '@' or '\t' or '\r' || (cell.StartsWith('-') && !double.TryParse(cell, CultureInfo.InvariantCulture, out _)) ? "'" + cell : cell;
        return safe.AsSpan().IndexOfAny("\",\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
