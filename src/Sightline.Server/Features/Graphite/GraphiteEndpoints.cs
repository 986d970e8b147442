using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using Sightline.Core.Model;
using Sightline.Core.Queries.Graphite;
using Sightline.Server.Access;
using Sightline.Server.Features.Graphite.Pictures;

namespace Sightline.Server.Features.Graphite;

/// <summary>graphite-web's reading API: <c>/render</c>, <c>/metrics/find</c>, <c>/metrics/expand</c>, <c>/metrics/index.json</c>, <c>/functions</c>, <c>/version</c>.</summary>
internal static class GraphiteEndpoints
{
    /// <summary>The version whose behaviour is followed.</summary>
    private const string Version = "1.1.8";

    private static readonly string[] GetAndPost = ["GET", "POST"];

    public static void MapGraphite(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").RequireRight(Right.SeeNumbers);
        Map(routes, "/render", RenderAsync);
        Map(routes, "/metrics/find", FindAnswer.FindAsync);
        Map(routes, "/metrics/expand", FindAnswer.ExpandAsync);
        Map(routes, "/metrics/index.json", FindAnswer.IndexAsync);
        routes.MapGet("/functions", static (string? grouped, string? group, string? type, string? pretty) => Functions(type == "pie" ? [] : FunctionAnswer.All(grouped is "1" or "true", group), pretty));
        routes.MapGet("/functions/{name}", static (string name, string? pretty) => FunctionTable.Find(name) is { } function
            ? Functions(FunctionAnswer.One(function), pretty)
            : Functions(new JsonObject { ["error"] = $"Function not found: {name}" }, pretty, StatusCodes.Status404NotFound));
        Map(routes, "/tags", TagAnswer.ListAsync, "GET");
        routes.MapGet("/tags/{tag}", static (string tag, HttpContext context, GraphiteService service) => AnswerAsync(context, service, question => TagAnswer.DetailsAsync(question, tag)));
        Map(routes, "/tags/findSeries", TagAnswer.FindSeriesAsync);
        Map(routes, "/tags/autoComplete/tags", TagAnswer.CompleteTagsAsync);
        Map(routes, "/tags/autoComplete/values", TagAnswer.CompleteValuesAsync);
        Map(routes, "/tags/tagSeries", static question => TagAnswer.TagAsync(question, several: false), "POST");
        Map(routes, "/tags/tagMultiSeries", static question => TagAnswer.TagAsync(question, several: true), "POST");
        Map(routes, "/events/get_data", EventAnswer.FindAsync);
        routes.MapGet("/events/{id}", static (string id, HttpContext context, GraphiteService service) =>
            AnswerAsync(context, service, question => Task.FromResult(EventAnswer.One(long.TryParse(id, out var number) ? service.Events.Find(question.Project.Id, number) : null))));
        app.MapGroup("").RequireRight(Right.EditReports).MapPost("/events", static (HttpContext context, GraphiteService service) =>
            service.ProjectOf(Caller.Of(context), context.Request.Query["project"].ToString(), Right.EditReports) is { } project
                ? EventAnswer.PostAsync(context, project, service.Events, service.Now)
                : Task.FromResult(Results.Text("There is no such project.", statusCode: StatusCodes.Status404NotFound))).WithMetadata(new TakesJson()).DisableAntiforgery();
        routes.MapGet("/version", static () => Results.Text(Version + "\n", "text/plain"));
    }

    private static IResult Functions(JsonObject functions, string? pretty, int status = StatusCodes.Status200OK) => Results.Text(
        string.IsNullOrEmpty(pretty) ? functions.ToJsonString() : Encoding.UTF8.GetString(PrettyJson.Of(JsonSerializer.SerializeToUtf8Bytes(functions), isSorted: true)), "application/json", statusCode: status);

    private static void Map(RouteGroupBuilder routes, string path, Func<GraphiteQuestion, Task<IResult>> answer, string? method = null) =>
        routes.MapMethods(path, method is null ? GetAndPost : [method], (HttpContext context, GraphiteService service) => AnswerAsync(context, service, answer)).DisableAntiforgery();

    private static async Task<IResult> AnswerAsync(HttpContext context, GraphiteService service, Func<GraphiteQuestion, Task<IResult>> answer)
    {
        context.Response.Headers.CacheControl = "no-store";
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        StringValues Values(string name) => form is not null && form.TryGetValue(name, out var posted) ? posted : context.Request.Query[name];
        var project = service.ProjectOf(Caller.Of(context), Values("project").ToString());
        if (project is null)
        {
            return Results.Text("There is no such project.", statusCode: StatusCodes.Status404NotFound);
        }

        try
        {
            return await answer(new GraphiteQuestion(service, project, Values, [.. context.Request.Query.Keys, .. form?.Keys ?? []], context.RequestAborted));
        }
        catch (GraphiteException fault) when (fault.Refusal == GraphiteRefusal.Busy)
        {
            context.Response.Headers.RetryAfter = "5";
            return Results.Text(fault.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        catch (GraphiteException fault) when (fault.Refusal == GraphiteRefusal.Damaged)
        {
            return Results.Text(fault.Message, statusCode: StatusCodes.Status500InternalServerError);
        }
        catch (GraphiteException fault)
        {
            // Quotes stay as they are: it is text between tags, never an attribute.
            return Results.Text(fault.Told.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal), "text/html", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> RenderAsync(GraphiteQuestion question)
    {
        var request = RenderRequest.Read(question.Values, question.Service.Now, question.Names);
        if (request.Format == "pdf")
        {
            throw new GraphiteException("pictures are made as svg or png, not as pdf");
        }

        var picture = new PictureOptions(question.Values, request.Context);
        if (picture.IsPie)
        {
            return await PieAsync(question, request, picture);
        }

        var series = await EvaluateAsync(question, request);
        switch (request.Format)
        {
            case "csv":
                return Results.Text(RenderAnswer.Csv(series, request.Context.Zone), "text/csv");
            case "raw":
                return Results.Text(RenderAnswer.Raw(series), "text/plain");
            case "dygraph":
                return FindAnswer.Json(RenderFormats.Dygraph(series), request.JsonP);
            case "rickshaw":
                return FindAnswer.Json(RenderFormats.Rickshaw(series), request.JsonP, question.IsPretty);
            case "pickle":
                return Results.Bytes(RenderFormats.Pickle(series), "application/pickle");
            case "msgpack":
                return Results.Bytes(RenderFormats.MsgPack(series), "application/x-msgpack");
            case "json":
                return FindAnswer.Json(RenderAnswer.Json(series, request.MaxDataPoints, request.NoNullPoints), request.JsonP, question.IsPretty);
            // As graphite-web has it: whatever else is asked for is a picture.
            default:
                return question.Service.Picture(series, question.Values, request.Context, request.Format != "svg");
        }
    }

    private static async Task<IResult> PieAsync(GraphiteQuestion question, RenderRequest request, PictureOptions picture)
    {
        var shares = new List<(string Name, double Value)>();
        foreach (var target in request.Targets)
        {
            // A name and its number, or series.
            if (target.LastIndexOf(':') is >= 0 and var colon && double.TryParse(target.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                shares.Add((target[..colon], value));
            }
            else
            {
                shares.AddRange((await EvaluateAsync(question, request with { Targets = [target] })).Select(one => (one.Name, PiePicture.Share(one, picture.PieMode))));
            }
        }

        return request.Format == "svg" ? Results.Text(PiePicture.Svg(shares, picture), "image/svg+xml") : Results.Bytes(PiePicture.Png(shares, picture, question.Service.Cairo), "image/png");
    }

    private static async Task<IReadOnlyList<Series>> EvaluateAsync(GraphiteQuestion question, RenderRequest request)
    {
        try
        {
            return await question.Service.RenderAsync(question.Project, request, question.Aborted);
        }
        catch (GraphiteException fault)
        {
            throw new GraphiteException(fault.Message) { Function = fault.Function, Targets = request.Targets, Refusal = fault.Refusal };
        }
    }
}

/// <summary>A request of the API.</summary>
/// <param name="Service">Who answers.</param>
/// <param name="Project">Whose series.</param>
/// <param name="Values">Values of a parameter.</param>
/// <param name="Names">Names of all parameters.</param>
/// <param name="Aborted">The client has left.</param>
internal sealed record GraphiteQuestion(GraphiteService Service, Project Project, Func<string, StringValues> Values, IReadOnlyList<string> Names, CancellationToken Aborted)
{
    /// <summary>For people to read.</summary>
    public bool IsPretty => Values("pretty") is [.., { Length: > 0 }];
}
