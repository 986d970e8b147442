using System.Text.Json;

namespace Sightline.Core.Queries;

/// <summary>A question's bytes as JSON, within <see cref="QueryLimits"/>.</summary>
internal static class QueryJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = QueryLimits.Depth };

    /// <param name="utf8">JSON.</param>
    /// <param name="what">What it is to be, for people: <c>the query</c>.</param>
    /// <exception cref="InvalidQueryException">It is too long, or no JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string what)
    {
        if (utf8.Length > QueryLimits.Bytes)
        {
            throw new InvalidQueryException($"{what} is longer than {QueryLimits.Bytes} bytes", "");
        }

        try
        {
            return JsonDocument.Parse(utf8, Options);
        }
        catch (JsonException e)
        {
            throw new InvalidQueryException($"not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}", "");
        }
    }
}
