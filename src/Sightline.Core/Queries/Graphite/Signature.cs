using System.Globalization;

namespace Sightline.Core.Queries.Graphite;

/// <summary>
/// Reads a function's parameters from a line: <c>seriesList! n:integer! func:aggFunc=average limit:intOrInf=inf tags:tag!* system:string[si|binary] windowSize:intOrInterval{5|1min}</c>.
/// Without a kind it is a list of series; <c>!</c> is required, <c>*</c> takes all further arguments.
/// </summary>
internal static class Signature
{
    public static IReadOnlyList<Parameter> Parse(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(One)];

    private static Parameter One(string text)
    {
        var options = Cut(ref text, '[', ']');
        var suggestions = Cut(ref text, '{', '}');
        string? otherwise = null;
        if (text.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals)
        {
            otherwise = text[(equals + 1)..];
            text = text[..equals];
        }

        var marks = text.AsSpan().IndexOfAny('!', '*') is >= 0 and var at ? text[at..] : "";
        var parts = text[..^marks.Length].Split(':');
        var kind = parts.Length == 1 ? ParameterKind.SeriesList : Enum.Parse<ParameterKind>(parts[1], ignoreCase: true);
        return new Parameter(parts[0], kind)
        {
            Required = marks.Contains('!', StringComparison.Ordinal),
            Multiple = marks.Contains('*', StringComparison.Ordinal),
            Default = otherwise is null ? null : Value(kind, otherwise),
            Options = options.Length > 0 ? options : Known(kind),
            Suggestions = [.. suggestions.Select(static one => long.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (object)number : one)],
        };
    }

    private static IReadOnlyList<string> Known(ParameterKind kind) => kind switch
    {
        ParameterKind.AggFunc => Aggregates.Names,
        ParameterKind.AggOrSeriesFunc => Aggregates.NamesWithSeriesFunctions,
        _ => [],
    };

    private static object Value(ParameterKind kind, string text) => kind switch
    {
        ParameterKind.Boolean => text == "true",
        ParameterKind.Integer or ParameterKind.Node => long.Parse(text, CultureInfo.InvariantCulture),
        ParameterKind.Float => text.Contains('.', StringComparison.Ordinal) ? double.Parse(text, CultureInfo.InvariantCulture) : long.Parse(text, CultureInfo.InvariantCulture),
        ParameterKind.IntOrInf => double.PositiveInfinity,
        _ => text,
    };

    private static string[] Cut(ref string text, char open, char close)
    {
        var from = text.IndexOf(open, StringComparison.Ordinal);
        if (from < 0)
        {
            return [];
        }

        var to = text.IndexOf(close, from);
        var parts = text[(from + 1)..to].Split('|');
        text = text[..from] + text[(to + 1)..];
        return parts;
    }
}
