using System.Text.Json.Nodes;
using Sightline.Core.Queries;
using Sightline.Server.Features.Overview;

namespace Sightline.Server.Features.ApiDocument;

/// <summary>Schemas of what is read by hand-made parsers, which no type shows.</summary>
internal static class ApiSchemas
{
    public static JsonObject All() => new()
    {
        ["Event"] = JsonNode.Parse("""
            {"type":"object","required":["key","name","url"],"properties":{
              "key":{"type":"string","description":"The project's public key"},
              "name":{"type":"string","description":"pageview, or a name of your own"},
              "url":{"type":"string","format":"uri"},
              "referrer":{"type":"string"},"title":{"type":"string"},"id":{"type":"string","description":"The same event sent twice counts once"},
              "visitor_id":{"type":"string","description":"A first-party id; without one visitors are told apart by a salted hash for a day"},
              "user_id":{"type":"string"},"age_ms":{"type":"integer","minimum":0,"description":"How long ago it happened"},
              "props":{"type":"object"},
              "revenue":{"type":"object","properties":{"amount":{"type":["string","number"]},"currency":{"type":"string"}}},
              "screen":{"type":"string"},"language":{"type":"string"},"user_agent":{"type":"string"},
              "interactive":{"type":"boolean"},"engaged_ms":{"type":"integer"},"scroll":{"type":"integer"}}}
            """)!,
        ["Query"] = new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("project", "metrics", "range"),
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["project"] = Of("integer"),
                ["metrics"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string", ["examples"] = new JsonArray([.. OverviewMetrics.All.Select(metric => (JsonNode)metric.Key)]) } },
                ["dimensions"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string", ["examples"] = new JsonArray([.. DimensionNames.ForFilters.Select(one => (JsonNode)one.Dimension)]) } },
                ["range"] = new JsonObject { ["description"] = "A name (day, 7d, 30d, month, all, ...) or two dates or instants", ["oneOf"] = new JsonArray(Of("string"), new JsonObject { ["type"] = "array", ["items"] = Of("string"), ["minItems"] = 2, ["maxItems"] = 2 }) },
                ["timezone"] = Of("string"),
                ["filters"] = new JsonObject { ["type"] = "array", ["description"] = "[operator, dimension, values], or [\"and\" | \"or\", [filters]], [\"not\", filter], [\"segment\", number], [\"has_done\", filter]" },
                ["compare"] = new JsonObject { ["description"] = "previous_period, previous_year, or a range" },
                ["order"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "array", ["items"] = Of("string") } },
                ["limit"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = QueryLimits.Rows },
                ["offset"] = Of("integer"),
                ["include"] = new JsonObject { ["type"] = "array", ["items"] = Of("string") },
            },
        },
        ["Answer"] = JsonNode.Parse("""
            {"type":"object","required":["query","rows","meta"],"properties":{
              "query":{"type":"object","description":"As it was understood"},
              "rows":{"type":"array","items":{"type":"object","required":["dimensions","metrics"],"properties":{
                "dimensions":{"type":"array","items":{"type":["string","null"]}},
                "metrics":{"type":"array","items":{"type":["number","object","null"]}},
                "compare":{"type":"object"}}}},
              "totals":{"type":"object"},
              "meta":{"type":"object","properties":{"cache":{"enum":["hit","partial","miss"]},"took_ms":{"type":"integer"},"newest_event":{"type":["string","null"]},"exact":{"type":"boolean"},"total_rows":{"type":"integer"}}}}}
            """)!,
        ["NamedFilter"] = JsonNode.Parse("""{"type":"object","required":["name","filter"],"properties":{"name":{"type":"string"},"filter":{"type":"array"}}}""")!,
        ["Whose"] = JsonNode.Parse("""{"type":"object","required":["project"],"properties":{"project":{"type":"integer"},"person":{"type":"string","description":"A user id"},"visitor":{"type":"string","description":"A first-party visitor id"}}}""")!,
        ["Refusal"] = JsonNode.Parse("""{"type":"object","required":["error","message"],"properties":{"error":{"type":"string"},"message":{"type":"string"},"at":{"type":"string","description":"The place in the request"}}}""")!,
    };

    private static JsonObject Of(string type) => new() { ["type"] = type };
}
