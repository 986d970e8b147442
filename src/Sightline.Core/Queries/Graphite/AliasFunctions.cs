using System.Text.RegularExpressions;

namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that give series other names.</summary>
internal static partial class AliasFunctions
{
    public static void Register(FunctionSet set)
    {
        set.Add("alias", "seriesList! newName:string!", "Another name.", static call => call.Map(one => one with { Name = call.Words("newName") }));
        set.Add("aliasByNode", "seriesList! nodes:nodeOrTag!*", "Named by elements of the name, or by tags.", static call => ByNodes(call, "nodes"));
        set.Add("aliasByTags", "seriesList! tags:nodeOrTag!*", "Named by tags, or by elements of the name.", static call => ByNodes(call, "tags"));
        set.Add("aliasByMetric", "seriesList!", "Named by the last element of the name.", static call => call.Map(static one => one with { Name = Part(one.Name, -1, 0) }));
        set.Add("aliasSub", "seriesList! search:string! replace:string!", "What a regular expression matches in names is replaced.", Sub);
        set.Add("aliasQuery", "seriesList! search:string! replace:string! newName:string!", "Named with the last value of another series, whose name is this one's with something replaced.", Query);
        set.Add("legendValue", "seriesList! valuesTypes:string*[average|averageSeries|avg|avgSeries|avg_zero|avg_zeroSeries|binary|count|countSeries|current|currentSeries|diff|diffSeries|last|lastSeries|max|maxSeries|median|medianSeries|min|minSeries|multiply|multiplySeries|range|rangeOf|rangeOfSeries|rangeSeries|si|stddev|stddevSeries|sum|sumSeries|total|totalSeries]",
            "Values of the series behind its name.", Legend);
        set.Of("Special").Add("substr", "seriesList! start:node=0 stop:node=0", "Named by some elements of the name.", static call => call.Map(one => one with { Name = Part(one.Name, call.Whole("start"), call.Whole("stop")) }));
        set.Of("Special").Add("cactiStyle", "seriesList! system:string[binary|si] units:string", "Last, greatest and least value behind the name, in columns.", Cacti);
    }

    /// <summary>Python's replacement as .NET's: <c>\1</c> is <c>${1}</c>, and <c>$</c> means nothing.</summary>
    internal static string Replacement(string text) => PythonGroup().Replace(text.Replace("$", "$$", StringComparison.Ordinal), "${$1$2}");

    /// <exception cref="GraphiteException">It takes too long.</exception>
    internal static string Replaced(Regex pattern, string name, string replacement)
    {
        try
        {
            return pattern.Replace(name, replacement);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new GraphiteException("the regular expression takes too long");
        }
    }

    private static IEnumerable<Series> ByNodes(FunctionCall call, string parameter)
    {
        var nodes = call.Nodes(parameter);
        return call.Map(one => one with { Name = SeriesNames.Key(one, nodes) });
    }

    private static IEnumerable<Series> Sub(FunctionCall call)
    {
        var pattern = FilterFunctions.Pattern(call.Words("search"));
        var replacement = Replacement(call.Words("replace"));
        return call.Map(one => one with { Name = Replaced(pattern, one.Name, replacement) });
    }

    private static IEnumerable<Series> Query(FunctionCall call)
    {
        var pattern = FilterFunctions.Pattern(call.Words("search"));
        var replacement = Replacement(call.Words("replace"));
        return call.Map(one =>
        {
            var query = Replaced(pattern, one.Name, replacement);
            var found = call.Evaluator.Evaluate(TargetParser.Parse(query), call.Context);
            var last = found.Count > 0 ? Aggregates.Of("last", found[0].Values) : throw new GraphiteException("No series found with query: " + query);
            return double.IsNaN(last) ? throw new GraphiteException($"Cannot get last value of series: {found[0].Name}") : one with { Name = PyText.Format(call.Words("newName"), last) };
        });
    }

    // From the innermost parenthesis to the first that closes, elements from and to.
    private static string Part(string name, long start, long stop)
    {
        var left = name.LastIndexOf('(') + 1;
        var right = name.IndexOf(')', StringComparison.Ordinal);
        right = right < 0 ? name.Length : right;
        var elements = (left < right ? name[left..right] : "").Split('.');
        name = string.Join('.', FilterFunctions.Slice(elements, start, stop == 0 ? elements.Length : stop));
        return name.IndexOf(',', StringComparison.Ordinal) is >= 0 and var comma ? name[..comma] : name;
    }

    private static IEnumerable<Series> Legend(FunctionCall call)
    {
        var types = call.Nodes("valuesTypes").Select(PyText.Str).ToList();
        var system = types is [.., "si" or "binary"] ? types[^1] : null;
        return call.Map(one =>
        {
            var name = one.Name;
            foreach (var type in system is null ? types : types[..^1])
            {
                // graphite-web knows no 'sumSeries' here, though it lists it.
                var known = Aggregates.Canonical(type) is not null && !type.EndsWith("Series", StringComparison.Ordinal);
                var value = known ? Aggregates.Of(type, one.Values) : double.NaN;
                name = system is null
                    ? $"{name} ({type}: {(!known ? "(?)" : type == "count" ? PyText.Str((long)value) : PyText.Str(value))})"
                    : $"{name,-20}{type,-5}{(!known ? "(?)" : double.IsNaN(value) ? "None" : Units.Text(value, system, null)),-10}";
            }

            return one with { Name = name };
        });
    }

    private static IEnumerable<Series> Cacti(FunctionCall call)
    {
        var series = call.List();
        var (system, units) = (call.Has("system") ? call.Words("system") : null, call.Has("units") ? call.Words("units") : null);
        string Written(double value) => system is not null ? Units.Text(value, system, units) : PyText.Fixed(value, 2) + (units is null ? "" : " " + units);
        string Shown(Series one, string function) => Aggregates.Of(function, one.Values) is var value && double.IsNaN(value) ? "nan" : Written(value);
        int Width(string function) => 3 + series.Max(one => Aggregates.Of(function, one.Values) is var value && (double.IsNaN(value) || value == 0) ? Written(3).Length : Written(Math.Truncate(value)).Length);
        if (series.Count == 0)
        {
            return [];
        }

        var (name, last, most, least) = (series.Max(static one => one.Name.Length), Width("last"), Width("max"), Width("min"));
        return call.Map(one => one with
        {
            Name = $"{one.Name.PadRight(name)} Current:{Shown(one, "last").PadRight(last)} Max:{Shown(one, "max").PadRight(most)} Min:{Shown(one, "min").PadRight(least)} ",
        });
    }

    [GeneratedRegex(@"\\(?:(\d{1,2})|g<(\w+)>)")]
    private static partial Regex PythonGroup();
}
