using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Sightline.Server.Access;

namespace Sightline.Server.Features.ApiDocument;

/// <summary>Writes the document in OpenAPI 3.1: paths and who may use them from the route table, words from <see cref="ApiOperations"/>.</summary>
internal static partial class ApiDocumentWriter
{
    private static readonly string[] AnyMethod = ["GET", "POST"];

    /// <summary>Routes for programs.</summary>
    public static IEnumerable<ApiRoute> Routes(EndpointDataSource routes) =>
        from route in routes.Endpoints.OfType<RouteEndpoint>()
        let pattern = Plain("/" + route.RoutePattern.RawText!.TrimStart('/'))
        where ApiOperations.IsForPrograms(pattern)
        from method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? AnyMethod
        select new ApiRoute(method, pattern, route.Metadata.GetMetadata<AccessRule>()?.Kind is AccessKind.Right or AccessKind.TokenInEndpoint or AccessKind.SignedIn);

    public static JsonObject Write(EndpointDataSource routes, string url)
    {
        var paths = new JsonObject();
        foreach (var (method, pattern, guarded) in Routes(routes).OrderBy(static route => route.Pattern, StringComparer.Ordinal))
        {
            if (ApiOperations.All.TryGetValue($"{method} {pattern}", out var operation))
            {
                var path = paths[pattern] as JsonObject ?? [];
                path[method.ToLowerInvariant()] = Operation(method, pattern, operation, guarded);
                paths[pattern] = path;
            }
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Sightline", ["version"] = typeof(ApiDocumentWriter).Assembly.GetName().Version!.ToString(3), ["description"] = "Sending and asking, as programs do it. Where a call needs a token: Authorization: Bearer TOKEN." },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = url }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A token made under Tokens, or by: sightline token add NAME" } },
                ["schemas"] = ApiSchemas.All(),
            },
        };
    }

    private static JsonObject Operation(string method, string pattern, ApiOperation operation, bool guarded)
    {
        var parameters = new JsonArray();
        foreach (var name in Parameter().Matches(pattern).Select(static match => match.Groups[1].Value))
        {
            parameters.Add(new JsonObject { ["name"] = name, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = name is "id" or "segment" ? "integer" : "string" } });
        }

        foreach (var (name, text) in operation.Query)
        {
            parameters.Add(new JsonObject { ["name"] = name, ["in"] = "query", ["description"] = text, ["schema"] = new JsonObject { ["type"] = "string" } });
        }

        var responses = new JsonObject { [operation.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Answer("Success", operation.ResponseType, operation.Response) };
        foreach (var (status, text) in guarded ? [.. operation.Refusals, (401, "No valid token"), (403, "The token may not do this")] : operation.Refusals)
        {
            responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Answer(text, "application/json", new JsonObject { ["$ref"] = "#/components/schemas/Refusal" });
        }

        var result = new JsonObject
        {
            ["tags"] = new JsonArray(operation.Tag),
            ["summary"] = operation.Summary,
            ["operationId"] = Identifier(method, pattern),
            ["parameters"] = parameters,
            ["responses"] = responses,
            ["security"] = guarded ? new JsonArray(new JsonObject { ["token"] = new JsonArray() }) : [],
        };
        if (operation.Description is { } description)
        {
            result["description"] = description;
        }

        if (operation.Request is { } request)
        {
            var content = new JsonObject { ["schema"] = request.DeepClone() };
            if (operation.Example is { } example)
            {
                content["example"] = JsonNode.Parse(example);
            }

            result["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { [operation.RequestType] = content } };
        }

        return result;
    }

    private static JsonObject Answer(string text, string? type, JsonNode? schema)
    {
        var answer = new JsonObject { ["description"] = text };
        if (type is not null)
        {
            answer["content"] = new JsonObject { [type] = schema is null ? [] : new JsonObject { ["schema"] = schema.DeepClone() } };
        }

        return answer;
    }

    private static string Identifier(string method, string pattern) =>
        method.ToLowerInvariant() + string.Concat(NotWord().Split(pattern).Where(static part => part.Length > 0).Select(static part => char.ToUpperInvariant(part[0]) + part[1..]));

    // {segment:long} is {segment} to a reader.
    private static string Plain(string pattern) => Constraint().Replace(pattern, "{$1}");

    [GeneratedRegex(@"\{([a-z]+):[^}]+\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NotWord();
}
