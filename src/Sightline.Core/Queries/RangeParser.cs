using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sightline.Core.Queries;

/// <summary>Reads <c>range</c> and <c>compare</c>.</summary>
internal static partial class RangeParser
{
    // Before events can be, and such that no arithmetic on dates or offsets leaves what a DateTimeOffset holds.
    private const int FirstYear = 1971;
    private const int LastYear = 2999;

    public static RangeSpec Range(JsonElement element, string at)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            var text = JsonPlaces.Text(element, at);
            return RangeNames.TryParse(text, out var name) ? new NamedRange(name) : throw new InvalidQueryException($"there is no range '{text}'", at);
        }
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != 2)
        {
            throw new InvalidQueryException("a range is a name like '30d', or two dates, or two RFC 3339 times", at);
        }
        var first = JsonPlaces.Text(element[0], at + "[0]");
        var second = JsonPlaces.Text(element[1], at + "[1]");
        if (first.Length == 10)
        {
            DateRange dates = new(Date(first, at + "[0]"), Date(second, at + "[1]"));
            return dates.Last >= dates.First ? dates : throw new InvalidQueryException("the range ends before it begins", at + "[1]");
        }
        InstantRange instants = new(Instant(first, at + "[0]"), Instant(second, at + "[1]"));
        return instants.ToMs > instants.FromMs ? instants : throw new InvalidQueryException("the range ends before it begins", at + "[1]");
    }

    public static CompareSpec Compare(JsonElement element, string at)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            return new(CompareKind.Explicit, Range(element, at));
        }
        return JsonPlaces.Text(element, at) switch
        {
            "previous_period" => new(CompareKind.PreviousPeriod, null),
            "previous_year" or "year_over_year" => new(CompareKind.PreviousYear, null),
            var other => throw new InvalidQueryException($"there is no comparison '{other}': previous_period, year_over_year, or a range of two", at),
        };
    }

    private static DateOnly Date(string text, string at) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= FirstYear and <= LastYear
            ? date
            : throw new InvalidQueryException($"'{text}' is not a date like 2026-11-22", at);

    private static long Instant(string text, string at) =>
        Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
        && time.UtcDateTime.Year is >= FirstYear and <= LastYear
            ? time.ToUnixTimeMilliseconds()
            : throw new InvalidQueryException($"'{text}' is not a time like 2026-11-22T10:00:00Z", at);

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?([Zz]|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
