using System.Text.Json;
using System.Text.RegularExpressions;
using Sightline.Core.Queries.Graphite;
using Sightline.Core.Wire.Graphite;

namespace Sightline.Server.Features.Graphite;

/// <summary><c>/tags</c>: which there are, their values, and the series that have them.</summary>
internal static class TagAnswer
{
    private const int Suggestions = 100;
    private const int MostAnswered = 100_000;
    private static readonly TimeSpan RegexPatience = TimeSpan.FromMilliseconds(200);

    public static Task<IResult> ListAsync(GraphiteQuestion question)
    {
        var filter = Filter(question);
        return Answer(question, question.Service.Tags.Read(question.Project.Id, tags => tags.Index.Tags.Select(static tag => tag.Name).Order(StringComparer.Ordinal)
            .Select(static (tag, index) => new { id = index + 1, tag }).Where(one => filter(one.tag)).Take(Limit(question, MostAnswered)).ToList()));
    }

    public static Task<IResult> DetailsAsync(GraphiteQuestion question, string tag)
    {
        var filter = Filter(question);
        return Answer(question, question.Service.Tags.Read(question.Project.Id, tags => tags.Index.Find(tag) is { } known
            ? new { id = 1, tag, values = known.First(Limit(question, MostAnswered), value => filter(value.Text)).Select(static (value, index) => new { id = index + 1, value = value.Text, count = value.Count }).ToList() }
            : null));
    }

    public static Task<IResult> FindSeriesAsync(GraphiteQuestion question) =>
        Expressions(question) is { Count: > 0 } expressions ? Answer(question, question.Service.Tags.Find(question.Project.Id, expressions)) : Fault("no tag expressions specified");

    public static Task<IResult> CompleteTagsAsync(GraphiteQuestion question)
    {
        var expressions = Expressions(question).Select(TagExpression.Parse).ToList();
        var used = expressions.Select(static expression => expression.Tag).ToHashSet(StringComparer.Ordinal);
        var prefix = question.Values("tagPrefix").ToString();
        return Answer(question, question.Service.Tags.Read(question.Project.Id, tags =>
        {
            var series = expressions.Count > 0 ? tags.Find(expressions) : null;
            return tags.Index.Tags.Where(tag => !used.Contains(tag.Name) && tag.Name.StartsWith(prefix, StringComparison.Ordinal) && (series is null || tag.Values.Any(value => value.IsIn(series))))
                .Select(static tag => tag.Name).Order(StringComparer.Ordinal).Take(Limit(question, Suggestions)).ToList();
        }));
    }

    public static Task<IResult> CompleteValuesAsync(GraphiteQuestion question)
    {
        var tag = question.Values("tag").ToString();
        if (tag.Length == 0)
        {
            return Fault("no tag specified");
        }

        var expressions = Expressions(question).Select(TagExpression.Parse).ToList();
        var prefix = question.Values("valuePrefix").ToString();
        return Answer(question, question.Service.Tags.Read(question.Project.Id, tags =>
        {
            var series = expressions.Count > 0 ? tags.Find(expressions) : null;
            return (tags.Index.Find(tag)?.First(Limit(question, Suggestions), value => value.Text.StartsWith(prefix, StringComparison.Ordinal) && (series is null || value.IsIn(series))) ?? [])
                .Select(static value => value.Text).ToList();
        }));
    }

    /// <summary>The name in its order of tags. Series come into being with their first point: nothing is kept here.</summary>
    public static Task<IResult> TagAsync(GraphiteQuestion question, bool several)
    {
        var paths = Several(question, "path");
        if (paths.Count == 0)
        {
            return Fault(several ? "no paths specified" : "no path specified");
        }

        var names = paths.Select(static path => SeriesName.Canonical(path) ?? throw new GraphiteException($"Invalid path {path}")).ToList();
        return Answer(question, several ? names : names[0]);
    }

    private static IReadOnlyList<string> Expressions(GraphiteQuestion question) => Several(question, "expr");

    private static IReadOnlyList<string> Several(GraphiteQuestion question, string name) =>
        [.. (question.Values(name) is { Count: > 0 } plain ? plain : question.Values(name + "[]")).OfType<string>().Where(static value => value.Length > 0)];

    private static int Limit(GraphiteQuestion question, int otherwise) => int.TryParse(question.Values("limit").ToString(), out var limit) && limit > 0 ? Math.Min(limit, MostAnswered) : otherwise;

    private static Func<string, bool> Filter(GraphiteQuestion question)
    {
        if (question.Values("filter").ToString() is not { Length: > 0 } text)
        {
            return static _ => true;
        }

        try
        {
            var pattern = new Regex($"^(?:{text})", RegexOptions.CultureInvariant, RegexPatience);
            return value =>
            {
                try
                {
                    return pattern.IsMatch(value);
                }
                catch (RegexMatchTimeoutException)
                {
                    throw new GraphiteException("the regular expression takes too long");
                }
            };
        }
        catch (ArgumentException)
        {
            throw new GraphiteException($"Invalid regular expression '{text}'");
        }
    }

    private static Task<IResult> Answer(GraphiteQuestion question, object? value)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value);
        return Task.FromResult(Results.Bytes(question.IsPretty ? PrettyJson.Of(json, isSorted: true) : json, "application/json"));
    }

    private static Task<IResult> Fault(string error) => Task.FromResult(Results.Json(new { error }, statusCode: StatusCodes.Status400BadRequest));
}
