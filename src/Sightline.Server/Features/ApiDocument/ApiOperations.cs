using System.Text.Json.Nodes;
using Sightline.Server.Cli;
using Sightline.Server.Features.Erase;
using Sightline.Server.Features.Projects;
using Sightline.Server.Features.Segments;

namespace Sightline.Server.Features.ApiDocument;

/// <summary>The routes for programs, by method and pattern. A test holds them to be exactly those of the route table.</summary>
internal static class ApiOperations
{
    private const string Send = "Send";
    private const string Ask = "Ask";
    private const string Projects = "Projects";
    private const string Segments = "Segments";
    private const string People = "People";
    private const string Graphite = "Graphite";
    private const string Run = "Run";

    private static readonly (int, string) Invalid = (400, "What is wrong, in words");
    private static readonly (int, string) Missing = (404, "There is no such thing, or it is not yours to see");

    /// <summary>Routes that are the product's own pages and files, or of other programs' protocols that have no document of this kind.</summary>
    public static bool IsForPrograms(string pattern) =>
        pattern.StartsWith("/api/", StringComparison.Ordinal) || pattern.EndsWith(".php", StringComparison.Ordinal) || pattern.StartsWith("/metrics", StringComparison.Ordinal)
        || pattern.StartsWith("/tags", StringComparison.Ordinal) || pattern.StartsWith("/events", StringComparison.Ordinal) || pattern.StartsWith("/functions", StringComparison.Ordinal)
        || pattern is "/render" or "/version" or "/healthz" or "/readyz" or "/sl.js" or "/openapi.json";

    public static IReadOnlyDictionary<string, ApiOperation> All { get; } = new Dictionary<string, ApiOperation>(StringComparer.Ordinal)
    {
        ["POST /api/event"] = new(Send, "Send events of a site")
        {
            Description = "One event or an array of them, as JSON or as text/plain (what a beacon sends). Answered once it is on the disk. Every member is explained in docs/event-api.md.",
            Request = Parse("""{"oneOf":[{"$ref":"#/components/schemas/Event"},{"type":"array","items":{"$ref":"#/components/schemas/Event"}}]}"""),
            Example = """{"key":"YOUR_KEY","name":"pageview","url":"https://shop.example/hello","visitor_id":"v1"}""",
            Status = 202,
            ResponseType = null,
            Refusals = [Invalid, (401, "unknown_key: no project has this key"), (413, "The body is larger than may be"), (429, "More events than the project may send; Retry-After tells when"), (503, "The log cannot take more now; Retry-After tells when")],
        },
        ["OPTIONS /api/event"] = new(Send, "May a page of another site send here (CORS)?") { Status = 204, ResponseType = null },
        ["GET /matomo.php"] = Matomo("Matomo's tracking API: an image or nothing"),
        ["POST /matomo.php"] = Matomo("Matomo's tracking API: single or bulk"),
        ["GET /piwik.php"] = Matomo("The same under its old name"),
        ["POST /piwik.php"] = Matomo("The same under its old name"),
        ["GET /index.php"] = new(Send, "The few questions of Matomo's management API that its clients ask") { Refusals = [Invalid] },
        ["POST /index.php"] = new(Send, "The few questions of Matomo's management API that its clients ask") { Refusals = [Invalid] },
        ["GET /sl.js"] = new(Send, "The tracker") { ResponseType = "text/javascript" },
        ["HEAD /sl.js"] = new(Send, "The tracker") { ResponseType = null },
        ["POST /api/v1/query"] = new(Ask, "Ask for numbers")
        {
            Description = "Metrics by dimensions over a range, with filters, comparison, order and pages of rows. Metrics, dimensions, operators and ranges are listed in docs/query.md.",
            Request = Parse("""{"$ref":"#/components/schemas/Query"}"""),
            Example = """{"project":1,"metrics":["visitors","page_views"],"dimensions":["page:path"],"range":"30d","filters":["is","visit:device",["Desktop"]],"limit":10}""",
            Response = Parse("""{"$ref":"#/components/schemas/Answer"}"""),
            Refusals = [(400, "invalid_query, with the place in the query (at)"), (422, "over_limit: it needs more time or memory than one query may take")],
        },
        ["GET /api/v1/projects"] = new(Projects, "The projects you may see") { Response = ApiOperation.ListOf<ProjectView>() },
        ["POST /api/v1/projects"] = new(Projects, "Make a project") { Request = ApiOperation.SchemaOf<NewProject>(), Example = """{"name":"My shop","domains":["shop.example"],"timezone":"Europe/Berlin"}""", Status = 201, Response = ApiOperation.SchemaOf<ProjectView>(), Refusals = [Invalid] },
        ["GET /api/v1/projects/{id}"] = new(Projects, "One project") { Response = ApiOperation.SchemaOf<ProjectView>(), Refusals = [Missing] },
        ["PATCH /api/v1/projects/{id}"] = new(Projects, "Change a project's settings; what is not named stays") { Request = ApiOperation.SchemaOf<ChangedProject>(), Example = """{"name":"Our shop"}""", Response = ApiOperation.SchemaOf<ProjectView>(), Refusals = [Invalid, Missing] },
        ["DELETE /api/v1/projects/{id}"] = new(Projects, "Remove a project and everything in it, for good") { Query = [("name", "The project's name, to confirm it")], Status = 204, ResponseType = null, Refusals = [Invalid, Missing] },
        ["GET /api/v1/projects/{id}/drops"] = new(Projects, "Received = stored + dropped, and why") { Query = [("range", "day, 7d, 30d, 90d, all or two dates: 2026-11-01,2026-11-22 (days of receipt, UTC)")], Response = ApiOperation.SchemaOf<DropsView>(), Refusals = [Invalid, Missing] },
        ["POST /api/v1/projects/{id}/keys"] = new(Projects, "A new key; the old one goes on for a while") { Status = 201, Response = ApiOperation.SchemaOf<ProjectView>(), Refusals = [Invalid, Missing] },
        ["DELETE /api/v1/projects/{id}/keys/{key}"] = new(Projects, "End an old key") { Status = 204, ResponseType = null, Refusals = [Missing] },
        ["GET /api/v1/projects/{id}/live"] = new(Ask, "What happens now, as server-sent events") { ResponseType = "text/event-stream", Refusals = [Missing] },
        ["GET /api/v1/projects/{id}/segments"] = new(Segments, "Saved filters") { Response = ApiOperation.ListOf<SegmentView>(), Refusals = [Missing] },
        ["POST /api/v1/projects/{id}/segments"] = new(Segments, "Save a filter under a name") { Request = Parse("""{"$ref":"#/components/schemas/NamedFilter"}"""), Example = """{"name":"Germany","filter":["is","visit:country",["DE"]]}""", Status = 201, Response = ApiOperation.SchemaOf<SegmentView>(), Refusals = [Invalid, Missing] },
        ["GET /api/v1/projects/{id}/segments/{segment}"] = new(Segments, "One saved filter") { Response = ApiOperation.SchemaOf<SegmentView>(), Refusals = [Missing] },
        ["PUT /api/v1/projects/{id}/segments/{segment}"] = new(Segments, "Change a saved filter") { Request = Parse("""{"$ref":"#/components/schemas/NamedFilter"}"""), Example = """{"name":"Germany","filter":["is","visit:country",["DE"]]}""", Response = ApiOperation.SchemaOf<SegmentView>(), Refusals = [Invalid, Missing] },
        ["DELETE /api/v1/projects/{id}/segments/{segment}"] = new(Segments, "Remove a saved filter") { Status = 204, ResponseType = null, Refusals = [Missing, (409, "Another segment uses it")] },
        ["POST /api/v1/erase"] = new(People, "Erase all that is stored of one person or visitor") { Request = Parse("""{"$ref":"#/components/schemas/Whose"}"""), Example = """{"project":1,"person":"ada@example.com"}""", Response = ApiOperation.SchemaOf<EraseAnswer>(), Refusals = [Invalid, (503, "The store is behind the log; try again in a moment")] },
        ["GET /api/v1/people/{person}/export"] = new(People, "All that is stored of one person or visitor") { Query = [("project", "Number of the project"), ("kind", "person (the default) or visitor")], Response = Parse("{\"type\":\"object\"}"), Refusals = [Invalid] },
        ["GET /render"] = Render(),
        ["POST /render"] = Render(),
        ["GET /metrics/find"] = Find("What a pattern finds, a level of names at a time"),
        ["POST /metrics/find"] = Find("What a pattern finds, a level of names at a time"),
        ["GET /metrics/expand"] = Find("The paths that patterns stand for"),
        ["POST /metrics/expand"] = Find("The paths that patterns stand for"),
        ["GET /metrics/index.json"] = new(Graphite, "Every name") { Response = Parse("""{"type":"array","items":{"type":"string"}}""") },
        ["POST /metrics/index.json"] = new(Graphite, "Every name") { Response = Parse("""{"type":"array","items":{"type":"string"}}""") },
        ["GET /functions"] = new(Graphite, "The render functions there are") { Response = Parse("{\"type\":\"object\"}") },
        ["GET /functions/{name}"] = new(Graphite, "One render function") { Response = Parse("{\"type\":\"object\"}"), Refusals = [Missing] },
        ["GET /tags"] = new(Graphite, "The tags there are") { Query = [("filter", "A regular expression"), ("limit", "At most so many"), ("project", "Number of the project")], Response = Parse("""{"type":"array","items":{"type":"object"}}""") },
        ["GET /tags/{tag}"] = new(Graphite, "A tag's values") { Query = [("filter", "A regular expression"), ("limit", "At most so many"), ("project", "Number of the project")], Response = Parse("{}") },
        ["GET /tags/findSeries"] = Tags("Names of series by tags"),
        ["POST /tags/findSeries"] = Tags("Names of series by tags"),
        ["GET /tags/autoComplete/tags"] = Tags("Tags for an editor"),
        ["POST /tags/autoComplete/tags"] = Tags("Tags for an editor"),
        ["GET /tags/autoComplete/values"] = Tags("A tag's values for an editor"),
        ["POST /tags/autoComplete/values"] = Tags("A tag's values for an editor"),
        ["POST /tags/tagSeries"] = new(Graphite, "A name with its tags in order; series come into being with their first point") { Query = [("path", "The name")], Response = Parse("{\"type\":\"string\"}"), Refusals = [Invalid] },
        ["POST /tags/tagMultiSeries"] = new(Graphite, "The same of several names") { Query = [("path", "A name; repeatable")], Response = Parse("""{"type":"array","items":{"type":"string"}}"""), Refusals = [Invalid] },
        ["POST /events"] = new(Graphite, "Keep an event, a deploy for example") { Request = Parse("{\"type\":\"object\"}"), Example = """{"what":"deploy 1.2","tags":["web"],"when":1795330000}""", ResponseType = null, Refusals = [Invalid, Missing] },
        ["GET /events/{id}"] = new(Graphite, "One event") { Response = Parse("{\"type\":\"object\"}"), Refusals = [Missing] },
        ["GET /events/get_data"] = new(Graphite, "Events of a time") { Query = [("tags", "Words, with spaces between"), ("from", "Begin"), ("until", "End"), ("set", "union: one of the tags is enough")], Response = Parse("""{"type":"array","items":{"type":"object"}}""") },
        ["POST /events/get_data"] = new(Graphite, "Events of a time") { Query = [("tags", "Words, with spaces between"), ("from", "Begin"), ("until", "End"), ("set", "union: one of the tags is enough")], Response = Parse("""{"type":"array","items":{"type":"object"}}""") },
        ["GET /version"] = new(Graphite, "The version of graphite-web whose behaviour is followed") { Response = Parse("{\"type\":\"string\"}") },
        ["GET /healthz"] = new(Run, "The process is alive") { ResponseType = "text/plain" },
        ["GET /readyz"] = new(Run, "It takes events and answers questions") { ResponseType = "text/plain", Refusals = [(503, "Not yet, or not now, and why")] },
        ["GET /metrics"] = new(Run, "The server's own numbers, in Prometheus' text format") { ResponseType = "text/plain" },
        ["GET /openapi.json"] = new(Run, "This document") { Response = Parse("{\"type\":\"object\"}") },
    };

    private static ApiOperation Matomo(string summary) => new(Send, summary)
    {
        Description = "Parameters are Matomo's (idsite, rec, url, ...), in the address, a form, or the lines of a bulk request: docs/matomo.md.",
        Query = [("idsite", "Number or key of the project"), ("rec", "1"), ("url", "Address of the page"), ("send_image", "0: answer with 204")],
        ResponseType = "image/gif",
        Refusals = [Invalid],
    };

    private static ApiOperation Render() => new(Graphite, "Series over time")
    {
        Description = "graphite-web's rendering API; in a form, the same parameters are fields. Functions and formats: docs/graphite.md.",
        Query = [("target", "What to compute; repeatable"), ("from", "Begin, in Graphite's grammar of times"), ("until", "End"), ("format", "json, csv, raw, ..."), ("maxDataPoints", "Values at most, for each series"), ("project", "Number of the project; without it that of the token")],
        Response = Parse("""{"type":"array","items":{"type":"object","properties":{"target":{"type":"string"},"tags":{"type":"object"},"datapoints":{"type":"array"}}}}"""),
        Refusals = [Invalid],
    };

    private static ApiOperation Find(string summary) => new(Graphite, summary) { Query = [("query", "A pattern of names"), ("project", "Number of the project")], Response = Parse("{}"), Refusals = [Invalid] };

    private static ApiOperation Tags(string summary) => new(Graphite, summary)
    {
        Query = [("expr", "name=cpu, dc!=a, host=~web.*; repeatable"), ("tag", "Whose values"), ("limit", "At most so many"), ("project", "Number of the project")],
        Response = Parse("""{"type":"array","items":{"type":"string"}}"""),
        Refusals = [Invalid],
    };

    private static JsonNode Parse(string json) => JsonNode.Parse(json)!;
}
