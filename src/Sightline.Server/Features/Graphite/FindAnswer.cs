using System.Buffers;
using System.Globalization;
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
        var format = question.Values("format") is [.., { Length: > 0 } told] ? told : "treejson";
        var (leavesOnly, wildcards) = (Whole(question, "leavesOnly", 0) != 0, Whole(question, "wildcards", 0) != 0);
        foreach (var name in (string[])["now", "from", "until"])
        {
            CheckTime(question, name);
        }

        var position = Whole(question, "position", -1);
        var variants = Whole(question, "automatic_variants", 0) != 0;
        if (question.Values("query") is not [.., { } query])
        {
            throw new GraphiteException("Missing required parameter 'query'");
        }

        if (query.Length == 0)
        {
            throw new GraphiteException("Required parameter 'query' is empty");
        }

        var prefix = query[..(query.LastIndexOf('.') + 1)];
        if (format == "completer")
        {
            query = query.Replace("..", "*.", StringComparison.Ordinal);
            query = query.EndsWith('*') ? query : query + "*";
            query = variants ? string.Join('.', query.Split('.').Select(static part => part.Contains(',') && !part.Contains('{') ? $"{{{part}}}" : part)) : query;
        }

        // A name can be a series and the beginning of others: two nodes.
        var nodes = question.Service.Find(question.Project, query)
            .SelectMany(static match => ((string Path, string Name, bool IsLeaf)[])[(match.Path, match.Name, false), (match.Path, match.Name, true)], static (match, node) => (Match: match, Node: node))
            .Where(pair => pair.Node.IsLeaf ? pair.Match.Series is not null : pair.Match.HasChildren && !leavesOnly)
            .Select(static pair => pair.Node).OrderBy(static node => node.Name, StringComparer.Ordinal).ToList();
        object answer;
        switch (format)
        {
            case "treejson":
                answer = Tree(nodes, prefix, wildcards);
                break;
            case "completer":
                answer = new
                {
                    metrics = nodes.Select(static node => (object)new { path = node.IsLeaf ? node.Path : node.Path + ".", name = node.Name, is_leaf = node.IsLeaf ? "1" : "0" })
                    .Concat(nodes.Count > 1 && wildcards ? [new { name = "*" }] : [])
                };
                break;
            case "nodelist":
                answer = new
                {
                    nodes = nodes.Select(node => node.Path.Split('.')).Where(parts => position < parts.Length && position >= -parts.Length)
                    .Select(parts => parts[position < 0 ? parts.Length + position : position]).Distinct().Order(StringComparer.Ordinal)
                };
                break;
            case "json":
                answer = nodes.OrderBy(static node => node.Path, StringComparer.Ordinal).Select(node => node.IsLeaf
                    ? new { path = node.Path, is_leaf = true, intervals = new[] { new { start = 0L, end = question.Service.Now } } }
                    : (object)new { path = node.Path, is_leaf = false });
                break;
            case "pickle" or "msgpack":
                return Task.FromResult(Results.Bytes(RenderFormats.Nodes(nodes.Select(static node => (node.Path, node.IsLeaf)), question.Service.Now, format == "pickle"), format == "pickle" ? "application/pickle" : "application/x-msgpack"));
            default:
                return Task.FromResult(Results.Text("Invalid value for 'format' parameter", statusCode: StatusCodes.Status400BadRequest));
        }

        return Task.FromResult(Json(JsonSerializer.SerializeToUtf8Bytes(answer), question.Values("jsonp").ToString(), question.IsPretty));
    }

    public static Task<IResult> ExpandAsync(GraphiteQuestion question)
    {
        var queries = question.Values("query").OfType<string>().Where(static query => query.Length > 0).Distinct().ToList();
        var leaves = Whole(question, "leavesOnly", 0) != 0;
        object results = Whole(question, "groupByExpr", 0) != 0
            ? queries.ToDictionary(query => query, query => question.Service.Expand(question.Project, query, leaves).Order(StringComparer.Ordinal))
            : queries.SelectMany(query => question.Service.Expand(question.Project, query, leaves)).Distinct().Order(StringComparer.Ordinal).ToList();
        return Task.FromResult(Json(JsonSerializer.SerializeToUtf8Bytes(new { results }), question.Values("jsonp").ToString(), question.IsPretty));
    }

    public static Task<IResult> IndexAsync(GraphiteQuestion question)
    {
        var series = question.Service.All(question.Project);
        // A million names are some forty megabytes: as they lie, and not as texts before.
        var json = new ArrayBufferWriter<byte>((64 * series.Count) + 16);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartArray();
            foreach (var entry in series)
            {
                writer.WriteStringValue(entry.Utf8Name);
            }

            writer.WriteEndArray();
        }

        return Task.FromResult(Json(json.WrittenMemory, question.Values("jsonp").ToString(), question.IsPretty));
    }

    /// <summary>JSON, or a call of the function that the client names.</summary>
    /// <exception cref="GraphiteException">What it names is no function.</exception>
    public static IResult Json(ReadOnlyMemory<byte> json, string? function, bool isPretty = false)
    {
        json = isPretty ? PrettyJson.Of(json, isSorted: false) : json;
        if (string.IsNullOrEmpty(function))
        {
            return Results.Bytes(json, "application/json");
        }

        // Anything else would let a link run what it likes in the reader's browser.
        return FunctionName().IsMatch(function)
            ? Results.Text($"{function}({Encoding.UTF8.GetString(json.Span)})", "text/javascript")
            : throw new GraphiteException("jsonp must be the name of a function");
    }

    // Branches before leaves; of a name that is both, the branch.
    private static IEnumerable<object> Tree(List<(string Path, string Name, bool IsLeaf)> nodes, string prefix, bool wildcards)
    {
        static object Node(string text, string id, bool isLeaf) => new { text, id, allowChildren = isLeaf ? 0 : 1, expandable = isLeaf ? 0 : 1, leaf = isLeaf ? 1 : 0 };
        if (nodes.Count > 1 && wildcards)
        {
            yield return Node("*", prefix + "*", nodes.TrueForAll(static node => node.IsLeaf));
        }

        foreach (var (_, name, isLeaf) in nodes.DistinctBy(static node => node.Name).OrderBy(static node => node.IsLeaf))
        {
            yield return Node(name, prefix + name, isLeaf);
        }
    }

    private static int Whole(GraphiteQuestion question, string name, int otherwise) =>
        question.Values(name) is not [.., { } text] ? otherwise
            : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number
            : throw new GraphiteException($"Invalid int value {PyText.Quoted(text)} for param {name}: invalid literal for int() with base 10: {PyText.Quoted(text)}");

    // Names are found whenever they had values; a time that is none is refused all the same.
    private static void CheckTime(GraphiteQuestion question, string name)
    {
        if (question.Values(name) is [.., { } text] && text != "-1")
        {
            try
            {
                AtTime.Parse(text, question.Service.Now, TimeZoneInfo.Utc);
            }
            catch (GraphiteException fault)
            {
                throw new GraphiteException($"Invalid value {PyText.Quoted(text)} for param {name}: {fault.Message}");
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z_$][\w$.]{0,99}$")]
    private static partial Regex FunctionName();
}
