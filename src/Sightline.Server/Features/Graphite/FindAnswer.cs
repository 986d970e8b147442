using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sightline.Core.Queries.Graphite;

namespace Sightline.Server.Features.Graphite;

/// <summary>Answers about names, in graphite-web's shapes.</summary>
internal static partial class FindAnswer
{
    public static Task<IResult> FindAsync(GraphiteQuestion question)
    {
        if (question.Values("query") is not { Count: > 0 } given)
        {
            return Task.FromResult(Bad("Missing required parameter 'query'"));
        }

        var query = given.ToString();
        if (query.Length == 0)
        {
            return Task.FromResult(Bad("Required parameter 'query' is empty"));
        }

        var format = question.Values("format").ToString();
        if (format == "completer")
        {
            query = query.Replace("..", "*.", StringComparison.Ordinal);
            query = query.EndsWith('*') ? query : query + "*";
        }

        var matches = question.Service.Find(question.Project, query);
        if (Flag(question, "leavesOnly"))
        {
            matches = [.. matches.Where(match => match.Series is not null)];
        }

        object answer;
        switch (format)
        {
            case "" or "treejson":
                var prefix = query.LastIndexOf('.') is >= 0 and var dot ? query[..(dot + 1)] : "";
                answer = matches.SelectMany(match => Nodes(match, prefix)).OrderByDescending(node => node.AllowChildren).ThenBy(node => node.Text, StringComparer.Ordinal).Select(node =>
                    new { text = node.Text, id = node.Id, allowChildren = node.AllowChildren, expandable = node.AllowChildren, leaf = 1 - node.AllowChildren, context = new { } });
                break;
            case "completer":
                var found = matches.SelectMany(match => Nodes(match, "").Select(node => new
                {
                    path = node.AllowChildren == 1 ? match.Path + "." : match.Path,
                    name = match.Name,
                    is_leaf = node.AllowChildren == 1 ? "0" : "1",
                })).Cast<object>().ToList();
                if (found.Count > 1 && Flag(question, "wildcards"))
                {
                    found.Add(new { name = "*" });
                }

                answer = new { metrics = found };
                break;
            case "nodelist":
                var position = int.TryParse(question.Values("position").ToString(), out var at) ? at : 0;
                answer = new { nodes = matches.Select(match => match.Path.Split('.')).Where(parts => position < parts.Length).Select(parts => parts[position]).Distinct().Order(StringComparer.Ordinal) };
                break;
            case "json":
                answer = matches.SelectMany(match => Nodes(match, "")).Select(node => node.AllowChildren == 1
                    ? (object)new { path = node.Id, is_leaf = false }
                    : new { path = node.Id, is_leaf = true, intervals = new[] { new { start = 0L, end = question.Service.Now } } });
                break;
            default:
                return Task.FromResult(Bad($"Invalid value {format} for parameter 'format'"));
        }

        return Task.FromResult(Json(JsonSerializer.SerializeToUtf8Bytes(answer), question.Values("jsonp").ToString()));
    }

    public static Task<IResult> ExpandAsync(GraphiteQuestion question)
    {
        var queries = question.Values("query").OfType<string>().ToList();
        if (queries.Count == 0)
        {
            return Task.FromResult(Bad("Missing required parameter 'query'"));
        }

        var leaves = Flag(question, "leavesOnly");
        object results = Flag(question, "groupByExpr")
            ? queries.Distinct().ToDictionary(query => query, query => question.Service.Expand(question.Project, query, leaves))
            : queries.SelectMany(query => question.Service.Expand(question.Project, query, leaves)).Distinct().Order(StringComparer.Ordinal).ToList();
        return Task.FromResult(Json(JsonSerializer.SerializeToUtf8Bytes(new { results }), question.Values("jsonp").ToString()));
    }

    public static Task<IResult> IndexAsync(GraphiteQuestion question) =>
        Task.FromResult(Json(JsonSerializer.SerializeToUtf8Bytes(question.Service.Names(question.Project)), question.Values("jsonp").ToString()));

    /// <summary>JSON, or a call of the function that the client names.</summary>
    /// <exception cref="GraphiteException">What it names is no function.</exception>
    public static IResult Json(byte[] json, string? function)
    {
        if (string.IsNullOrEmpty(function))
        {
            return Results.Bytes(json, "application/json");
        }

        // Anything else would let a link run what it likes in the reader's browser.
        return FunctionName().IsMatch(function)
            ? Results.Text($"{function}({Encoding.UTF8.GetString(json)})", "text/javascript")
            : throw new GraphiteException("jsonp must be the name of a function");
    }

    // A name can be a series and the beginning of others: two nodes.
    private static IEnumerable<(string Text, string Id, int AllowChildren)> Nodes(Store.Series.SeriesMatch match, string prefix)
    {
        var id = prefix.Length > 0 ? prefix + match.Name : match.Path;
        if (match.HasChildren)
        {
            yield return (match.Name, id, 1);
        }

        if (match.Series is not null)
        {
            yield return (match.Name, id, 0);
        }
    }

    private static bool Flag(GraphiteQuestion question, string name) => question.Values(name).ToString() is "1" or "true" or "True";

    private static IResult Bad(string message) => Results.Text(message, statusCode: StatusCodes.Status400BadRequest);

    [GeneratedRegex(@"^[A-Za-z_$][\w$.]{0,99}$")]
    private static partial Regex FunctionName();
}
