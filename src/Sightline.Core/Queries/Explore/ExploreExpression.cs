using System.Globalization;
using System.Text;

namespace Sightline.Core.Queries.Explore;

/// <summary>Writes lines as Graphite's targets.</summary>
internal static class ExploreExpression
{
    /// <summary>A metric's name as a path; what the grammar or a glob would take for something else is escaped.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (c is '(' or ')' or '{' or '}' or ',' or '\'' or '"' or '|' or '\\')
            {
                text.Append('\\');
            }

            text.Append(c);
        }

        return text.ToString();
    }

    /// <summary>A metric before it is put together with others. What counters grew by is taken of each alone: one that begins anew would make their sum fall.</summary>
    public static string Begun(string name, IReadOnlyDictionary<string, string> tags, ExploreQuery query) =>
        !IsCounter(tags) || (query.Unit is not null && Conversion(tags, query)?.Change != UnitChange.TotalToRate) ? Of(name)
        : double.TryParse(tags.GetValueOrDefault("wraparound"), NumberStyles.Float, CultureInfo.InvariantCulture, out var most) && most > 0 ? $"nonNegativeDerivative({Of(name)},{Number(most)})"
        : $"nonNegativeDerivative({Of(name)})";

    /// <summary>The whole target, and the unit its values have.</summary>
    public static (string Expression, string Unit) Finished(ExploreLine line, ExploreQuery query)
    {
        var (expression, unit) = (line.Expression, UnitOf(line.All));
        if (query.Unit is { } wanted && Conversion(line.All, query) is { } conversion)
        {
            (expression, unit) = (Converted(expression, conversion, IsCounter(line.All)), wanted.Text);
        }
        else if (query.Unit is null && IsCounter(line.All))
        {
            (expression, unit) = ($"scaleToSeconds({expression},1)", unit + "/s");
        }

        return (query.AverageOver == 0 ? expression : $"movingAverage({expression},'{query.AverageOver}s')", unit);
    }

    private static bool IsCounter(IReadOnlyDictionary<string, string> tags) => tags.GetValueOrDefault("target_type") == "counter";

    private static string UnitOf(IReadOnlyDictionary<string, string> tags) => tags.GetValueOrDefault("unit", "unknown");

    private static UnitConversion? Conversion(IReadOnlyDictionary<string, string> tags, ExploreQuery query) =>
        query.Unit is { } wanted ? MetricUnit.Parse(UnitOf(tags)).To(wanted) : null;

    // A counter that falls has begun anew, which is seen to already; another total that falls has really fallen.
    private static string Converted(string expression, UnitConversion conversion, bool counter) => conversion.Change switch
    {
        UnitChange.TotalToRate => Scaled($"scaleToSeconds({(counter ? expression : $"derivative({expression})")},{Number(conversion.Seconds)})", conversion.Scale),
        UnitChange.RateToTotal => $"integral(hitcount({Scaled(expression, conversion.Scale)},'1min'))",
        _ => Scaled(expression, conversion.Scale),
    };

    private static string Scaled(string expression, double factor) => Math.Abs(factor - 1) < 1e-12 ? expression : $"scale({expression},{Number(factor)})";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
