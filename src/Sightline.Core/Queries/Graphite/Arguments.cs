using System.Globalization;

namespace Sightline.Core.Queries.Graphite;

/// <summary>Puts a call's arguments to its parameters and makes them what those want, or refuses them in graphite-web's words.</summary>
internal static class Arguments
{
    /// <summary>The values of each parameter; of one that takes several, a list.</summary>
    /// <param name="function">Whose parameters.</param>
    /// <param name="given">In order: series, lists of them, or literals.</param>
    /// <param name="named">Those given by name.</param>
    public static Dictionary<string, object?> Bind(GraphiteFunction function, IReadOnlyList<object?> given, IReadOnlyList<KeyValuePair<string, object?>> named)
    {
        var parameters = function.Parameters;
        var several = parameters is [.., { Multiple: true }];
        if (given.Count + named.Count > parameters.Count && !several)
        {
            throw new GraphiteException($"Too many parameters specified for function \"{function.Name}\"");
        }

        var bound = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = parameters[i];
            if (parameter.Multiple)
            {
                var values = given.Skip(i).Select(value => Convert(function, parameter, value)).ToList();
                if (values.Count == 0 && named.FirstOrDefault(pair => pair.Key == parameter.Name) is { Key: not null } only)
                {
                    values.Add(Convert(function, parameter, only.Value));
                }

                if (values.Count == 0 && parameter.Required)
                {
                    throw Missing(function, parameter);
                }

                bound[parameter.Name] = values;
            }
            else if (i < given.Count)
            {
                bound[parameter.Name] = Convert(function, parameter, given[i]);
            }
            else if (named.FirstOrDefault(pair => pair.Key == parameter.Name) is { Key: not null, Value: not null } pair)
            {
                bound[parameter.Name] = Convert(function, parameter, pair.Value);
            }
            else if (parameter.Required)
            {
                throw Missing(function, parameter);
            }
        }

        var unexpected = named.Where(pair => !bound.ContainsKey(pair.Key) && pair.Value is not null || parameters.All(parameter => parameter.Name != pair.Key)).Select(static pair => pair.Key).ToList();
        return unexpected.Count == 0 ? bound : throw new GraphiteException($"Unexpected key word arguments: {string.Join(", ", unexpected)}");
    }

    private static object? Convert(GraphiteFunction function, Parameter parameter, object? value)
    {
        if (value is null && (parameter.Default is not null || !parameter.Required))
        {
            return null;
        }

        // 'sumSeries' for 'sum', and 'weeks3' for 'weeks', are what graphite-web takes though it does not list them.
        if (parameter.Options.Count > 0 && parameter.Name != "alignTo" && !(value is string text && (parameter.Options.Contains(text) || (parameter.Kind == ParameterKind.AggFunc && Aggregates.Canonical(text) is not null))))
        {
            throw new GraphiteException($"Invalid option specified for function \"{function.Name}\" parameter \"{parameter.Name}\": {PyText.Quoted(value)}");
        }

        return Convert(parameter.Kind, value) ?? throw new GraphiteException(
            $"Invalid \"{parameter.KindName}\" value specified for function \"{function.Name}\" parameter \"{parameter.Name}\": {PyText.Quoted(value)}");
    }

    private static object? Convert(ParameterKind kind, object? value)
    {
        switch (kind)
        {
            case ParameterKind.SeriesList:
                return value as IReadOnlyList<Series>;
            case ParameterKind.SeriesLists:
                return value as IReadOnlyList<IReadOnlyList<Series>> ?? (value is IReadOnlyList<Series> { Count: 0 } ? Array.Empty<IReadOnlyList<Series>>() : null);
            case ParameterKind.Boolean:
                return value switch
                {
                    bool => value,
                    long and (0 or 1) => (long)value == 1,
                    double and (0 or 1) => (double)value == 1,
                    string text when text.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
                    string text when text.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
                    _ => null,
                };
            case ParameterKind.Float:
                return value switch
                {
                    long number => (double)number,
                    double => value,
                    bool flag => flag ? 1.0 : 0.0,
                    string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
                    string text when text.Trim().Equals("inf", StringComparison.OrdinalIgnoreCase) => double.PositiveInfinity,
                    _ => null,
                };
            case ParameterKind.Integer or ParameterKind.Node:
                return Whole(value);
            case ParameterKind.IntOrInf:
                return Whole(value) ?? (value is double.PositiveInfinity or "inf" or "Infinity" ? double.PositiveInfinity : null);
            case ParameterKind.Interval:
                return value is string interval && Interval(interval) ? value : null;
            default:
                return value switch
                {
                    IReadOnlyList<Series> when kind != ParameterKind.Any => null,
                    IReadOnlyList<IReadOnlyList<Series>> => null,
                    _ => value,
                };
        }
    }

    private static object? Whole(object? value) => value switch
    {
        long => value,
        bool flag => flag ? 1L : 0L,
        string text when long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static bool Interval(string text)
    {
        try
        {
            AtTime.Interval(text);
            return true;
        }
        catch (GraphiteException)
        {
            // Said in the words of the parameter.
            return false;
        }
    }

    private static GraphiteException Missing(GraphiteFunction function, Parameter parameter) =>
        new($"Missing required parameter \"{parameter.Name}\" for function \"{function.Name}\"");
}
