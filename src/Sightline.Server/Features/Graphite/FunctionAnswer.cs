using System.Text.Json.Nodes;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite;

/// <summary>What <c>/functions</c> tells editors about functions, in graphite-web's shape.</summary>
internal static class FunctionAnswer
{
    /// <summary>All functions, or those of a group; grouped or not.</summary>
    public static JsonObject All(bool grouped, string? group)
    {
        var result = new JsonObject();
        foreach (var function in FunctionTable.All.Where(function => group is null || function.Group == group))
        {
            var into = result;
            if (grouped)
            {
                into = result[function.Group] as JsonObject ?? [];
                result[function.Group] ??= into;
            }

            into[function.Name] = One(function);
        }

        return result;
    }

    public static JsonObject One(GraphiteFunction function) => new()
    {
        ["name"] = function.Name,
        ["function"] = $"{function.Name}({string.Join(", ", function.Parameters.Select(Signature))})",
        ["description"] = function.Description,
        ["module"] = "graphite.render.functions",
        ["group"] = function.Group,
        ["params"] = new JsonArray([.. function.Parameters.Select(static parameter => (JsonNode)Parameter(parameter))]),
    };

    public static JsonObject Parameter(Parameter parameter)
    {
        var result = new JsonObject { ["name"] = parameter.Name, ["type"] = parameter.KindName };
        if (parameter.Required)
        {
            result["required"] = true;
        }

        if (parameter.Default is { } otherwise)
        {
            result["default"] = Value(otherwise);
        }

        if (parameter.Multiple)
        {
            result["multiple"] = true;
        }

        if (parameter.Options.Count > 0)
        {
            result["options"] = new JsonArray([.. parameter.Options.Select(Option)]);
        }

        if (parameter.Suggestions.Count > 0)
        {
            result["suggestions"] = new JsonArray([.. parameter.Suggestions.Select(Value)]);
        }

        return result;
    }

    // Infinity as graphite-web writes it: a number that is too large to be one.
    private static JsonNode Value(object value) => value switch
    {
        double.PositiveInfinity => JsonNode.Parse("1e9999")!,
        double number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        bool flag => JsonValue.Create(flag),
        _ => JsonValue.Create(value.ToString()!),
    };

    private static JsonNode? Option(string option) => option switch { "None" => null, "True" => JsonValue.Create(true), "False" => JsonValue.Create(false), _ => JsonValue.Create(option) };

    private static string Signature(Parameter parameter) =>
        parameter.Multiple ? "*" + parameter.Name : parameter.Default is { } otherwise ? $"{parameter.Name}={PyText.Quoted(otherwise)}" : parameter.Required ? parameter.Name : parameter.Name + "=None";
}
