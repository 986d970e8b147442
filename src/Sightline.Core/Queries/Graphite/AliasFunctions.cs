using System.Text.RegularExpressions;

namespace Sightline.Core.Queries.Graphite;

/// <summary>Functions that give series other names.</summary>
internal static class AliasFunctions
{
    public static void Register(Dictionary<string, Func<FunctionCall, IReadOnlyList<Series>>> table)
    {
        table["alias"] = call => call.Text(1, "newName") is var name ? call.Map(one => one with { Name = name }) : [];
        table["aliasByNode"] = table["aliasByTags"] = call => call.Nodes(1) is var nodes ? call.Map(one => one with { Name = SeriesNames.Key(one, nodes) }) : [];
        table["aliasByMetric"] = call => call.Map(static one => one with { Name = SeriesNames.FirstPath(one.Name).Split(',')[0].Split('.')[^1] });
        table["aliasSub"] = AliasSub;
        table["upper"] = call => call.Map(static one => one with { Name = one.Name.ToUpperInvariant() });
        table["lower"] = call => call.Map(static one => one with { Name = one.Name.ToLowerInvariant() });
    }

    private static IReadOnlyList<Series> AliasSub(FunctionCall call)
    {
        var pattern = FilterFunctions.Pattern(call.Text(1, "search"));
        // Python's \1 is our ${1}, and our $ means nothing to Python.
        var replacement = Regex.Replace(call.Text(2, "replace").Replace("$", "$$", StringComparison.Ordinal), @"\\(\d+)", "${$1}", RegexOptions.None, TimeSpan.FromSeconds(1));
        try
        {
            return call.Map(one => one with { Name = pattern.Replace(one.Name, replacement) });
        }
        catch (RegexMatchTimeoutException)
        {
            throw new GraphiteException("the regular expression takes too long");
        }
    }
}
