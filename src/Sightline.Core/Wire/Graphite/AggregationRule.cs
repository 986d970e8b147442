using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sightline.Core.Wire.Graphite;

/// <summary>A line of carbon's <c>aggregation-rules.conf</c>: <c>output_template (frequency) = method input_pattern</c>.</summary>
internal sealed partial class AggregationRule
{
    private const int LongestFrequency = 366 * 86_400;

    private readonly Regex _input;
    private readonly List<(string Text, string? Field)> _output;

    private AggregationRule(string text, Regex input, List<(string Text, string? Field)> output, string method, uint frequency) =>
        (Text, _input, _output, Method, Frequency, Compute) = (text, input, output, method, frequency, AggregationMethod.Find(method)!);

    /// <summary>Rules of the same text are the same rule.</summary>
    public string Text { get; }

    public string Method { get; }

    /// <summary>Seconds.</summary>
    public uint Frequency { get; }

    public Func<IReadOnlyList<double>, double> Compute { get; }

    public static AggregationRule? Parse(string line, out string? fault)
    {
        fault = "a rule is output_template (seconds) = method input_pattern";
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            return null;
        }

        var left = Words(line[..equals]);
        var right = Words(line[(equals + 1)..]);
        if (left.Length != 2 || right.Length != 2)
        {
            return null;
        }

        if (!uint.TryParse(left[1].TrimStart('(').TrimEnd(')'), NumberStyles.None, CultureInfo.InvariantCulture, out var frequency) || frequency is 0 or > LongestFrequency)
        {
            fault = $"'{left[1]}' is no frequency in whole seconds, such as (60)";
            return null;
        }

        if (AggregationMethod.Find(right[0]) is null)
        {
            fault = $"'{right[0]}' is no method: {string.Join(", ", AggregationMethod.Names)}";
            return null;
        }

        return LinePattern.Compile(Pattern(right[1]), out fault) is { } input && Template(left[0], input, out fault) is { } output
            ? new AggregationRule($"{left[0]} ({frequency}) = {right[0]} {right[1]}", input, output, right[0], frequency)
            : null;
    }

    /// <summary>The name of the series that a value of this one goes into; <see langword="null"/>: the rule is not about it.</summary>
    public string? OutputOf(string name)
    {
        try
        {
            var match = _input.Match(name);
            if (!match.Success)
            {
                return null;
            }

            var output = new StringBuilder();
            foreach (var (text, field) in _output)
            {
                output.Append(text);
                if (field is not null)
                {
                    // A field that the name does not have is written as Python writes nothing.
                    output.Append(match.Groups[field] is { Success: true } found ? found.Value : "None");
                }
            }

            return output.ToString();
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>Carbon's own translation, element by element; what is no field and no star is a regular expression as it stands.</summary>
    private static string Pattern(string input) => "^(?:" + string.Join("\\.", input.Split('.').Select(static part =>
    {
        if (part.Contains("<<", StringComparison.Ordinal) && part.Contains(">>", StringComparison.Ordinal))
        {
            return Field(part, part.IndexOf("<<", StringComparison.Ordinal), part.IndexOf(">>", StringComparison.Ordinal), 2, ".+?");
        }

        var (from, to) = (part.IndexOf('<', StringComparison.Ordinal), part.IndexOf('>', StringComparison.Ordinal));
        return from > -1 && to > from ? Field(part, from, to, 1, "[^.]+?")
            : part == "*" ? "[^.]+"
            : part.Replace("*", "[^.]*", StringComparison.Ordinal);
    })) + "$)";

    private static string Field(string part, int from, int to, int brackets, string what) =>
        to < from + brackets ? part : $"{part[..from]}(?P<{part[(from + brackets)..to]}>{what}){part[(to + brackets)..]}";

    private static List<(string Text, string? Field)>? Template(string output, Regex input, out string? fault)
    {
        fault = null;
        var parts = new List<(string, string?)>();
        var at = 0;
        foreach (Match field in OutputField().Matches(output))
        {
            var name = field.Groups[1].Value;
            if (input.GroupNumberFromName(name) < 0 || char.IsAsciiDigit(name[0]))
            {
                fault = $"<{name}> is no field of the input pattern";
                return null;
            }

            parts.Add((output[at..field.Index], name));
            at = field.Index + field.Length;
        }

        parts.Add((output[at..], null));
        if (parts.Any(static part => part.Item1.AsSpan().IndexOfAny("<>%") >= 0))
        {
            fault = "the output template has a <, > or % that belongs to no field";
            return null;
        }

        return parts;
    }

    private static string[] Words(string text) => text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("<([A-Za-z_][A-Za-z0-9_]*)>", RegexOptions.CultureInvariant)]
    private static partial Regex OutputField();
}
