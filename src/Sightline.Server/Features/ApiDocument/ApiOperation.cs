using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Sightline.Server.Features.ApiDocument;

/// <summary>What the document says of a route; who may use it comes from the route itself.</summary>
/// <param name="Tag">The group it stands in.</param>
/// <param name="Summary">A line.</param>
internal sealed record ApiOperation(string Tag, string Summary)
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    /// <summary>More of it.</summary>
    public string? Description { get; init; }

    /// <summary>Parameters of the address besides those of the path: name and what it is.</summary>
    public IReadOnlyList<(string Name, string Text)> Query { get; init; } = [];

    /// <summary>JSON schema of the body; <see langword="null"/>: none.</summary>
    public JsonNode? Request { get; init; }

    /// <summary>A body that works.</summary>
    public string? Example { get; init; }

    /// <summary>Media type of the body.</summary>
    public string RequestType { get; init; } = "application/json";

    /// <summary>Status of success.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>JSON schema of the answer; <see langword="null"/>: it has no body, or none of JSON.</summary>
    public JsonNode? Response { get; init; }

    /// <summary>Media type of the answer; <see langword="null"/>: it has no body.</summary>
    public string? ResponseType { get; init; } = "application/json";

    /// <summary>Refusals besides those of access.</summary>
    public IReadOnlyList<(int Status, string Text)> Refusals { get; init; } = [];

    /// <summary>The schema of a type as it is written: made from it, so that it follows it.</summary>
    public static JsonNode SchemaOf<T>() => SnakeCase.GetJsonSchemaAsNode(typeof(T), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });

    /// <summary>The schema of a list of a type.</summary>
    public static JsonNode ListOf<T>() => new JsonObject { ["type"] = "array", ["items"] = SchemaOf<T>() };
}
