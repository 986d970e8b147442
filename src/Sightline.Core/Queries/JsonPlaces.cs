using System.Globalization;
using System.Text.Json;

namespace Sightline.Core.Queries;

/// <summary>Reads JSON values, naming the place where one is not what it must be.</summary>
internal static class JsonPlaces
{
    public static string Text(JsonElement element, string at)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            throw new InvalidQueryException("a text is expected here", at);
        }
        string text;
        try
        {
            text = element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Bytes that are not UTF-8, or half of a surrogate pair.
            throw new InvalidQueryException("the text is not valid Unicode", at);
        }
        if (text.Length > QueryLimits.ValueLength)
        {
            throw new InvalidQueryException($"the text is longer than {QueryLimits.ValueLength} characters", at);
        }
        return text.Contains('\0', StringComparison.Ordinal) ? throw new InvalidQueryException("the text contains a NUL", at) : text;
    }

    public static string Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw new InvalidQueryException("a field's name is not valid Unicode", "");
        }
    }

    public static long Integer(JsonElement element, string at, long least, long most) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var value) && value >= least && value <= most
            ? value
            : throw new InvalidQueryException(string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most} is expected here"), at);

    public static IEnumerable<(JsonElement Element, string At)> Items(JsonElement list, string at, int most)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidQueryException("a list is expected here", at);
        }
        if (list.GetArrayLength() > most)
        {
            throw new InvalidQueryException(string.Create(CultureInfo.InvariantCulture, $"more than {most} entries"), at);
        }
        return list.EnumerateArray().Select((element, i) => (element, Place(at, i)));
    }

    public static string Place(string at, int index) => string.Create(CultureInfo.InvariantCulture, $"{at}[{index}]");
}
