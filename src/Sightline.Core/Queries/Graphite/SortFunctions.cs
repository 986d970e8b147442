using System.Text.RegularExpressions;

namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that put series in order, and those that take the first of an order.</summary>
internal static partial class SortFunctions
{
    public static void Register(FunctionSet set)
    {
        set.Add("sortBy", "seriesList! func:aggFunc=average reverse:boolean=false", "In order of a value of each series.", static call => Sorted(call.List(), call.Words("func", "average"), call.Flag("reverse")));
        set.Add("sortByName", "seriesList! natural:boolean=false reverse:boolean=false", "In order of names; natural: 2 before 10.", ByName);
        set.Add("sortByTotal", "seriesList!", "The one with the greatest sum first.", static call => Sorted(call.List(), "sum", descending: true));
        set.Add("sortByMaxima", "seriesList!", "The one with the greatest value first.", static call => Sorted(call.List(), "max", descending: true));
        set.Add("sortByMinima", "seriesList!", "The one with the least value first; only those above 0.",
            static call => Sorted([.. call.List().Where(static one => Aggregates.Of("max", one.Values) > 0)], "min", descending: false));
        RegisterBest(set.Of("Filter Series"));
    }

    private static void RegisterBest(FunctionSet set)
    {
        foreach (var (name, most, what) in ((string, bool, string)[])[("highest", true, "greatest"), ("lowest", false, "least")])
        {
            set.Add(name, "seriesList! n:integer! func:aggFunc=average", $"The so many series of which a value is {what}.", call => Best(call, call.Words("func", "average"), most));
            set.Add(name + "Average", "seriesList! n:integer!", $"The so many series whose mean is {what}.", call => Best(call, "average", most));
            set.Add(name + "Current", "seriesList! n:integer!", $"The so many series whose last value is {what}.", call => Best(call, "current", most));
        }

        set.Add("highestMax", "seriesList! n:integer!", "The so many series whose greatest value is greatest.", static call => Best(call, "max", most: true));
    }

    private static IReadOnlyList<Series> Best(FunctionCall call, string function, bool most) => FilterFunctions.Slice(Sorted(call.List(), function, most), 0, call.Whole("n", 1));

    private static IReadOnlyList<Series> Sorted(IReadOnlyList<Series> series, string function, bool descending) =>
        descending ? [.. series.OrderByDescending(one => Order(one, function))] : [.. series.OrderBy(one => Order(one, function))];

    private static double Order(Series one, string function) => Aggregates.Of(function, one.Values) is var value && double.IsNaN(value) ? double.NegativeInfinity : value;

    private static IEnumerable<Series> ByName(FunctionCall call)
    {
        var natural = call.Flag("natural");
        string Key(Series one) => natural ? Digits().Replace(one.Name, static match => match.Value.TrimStart('0').PadLeft(10, '0')) : one.Name;
        return call.Flag("reverse") ? call.List().OrderByDescending(Key, StringComparer.Ordinal) : call.List().OrderBy(Key, StringComparer.Ordinal);
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
