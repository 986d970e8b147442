using System.Net;
using System.Text.RegularExpressions;

namespace Sightline.ServerTests.Access;

/// <summary>A form of a page, as a browser would fill it in.</summary>
/// <param name="Action">Where it goes.</param>
/// <param name="IsPost">It writes.</param>
/// <param name="Fields">Names, kinds and values of what it sends.</param>
internal sealed partial record HtmlForm(string Action, bool IsPost, IReadOnlyList<(string Name, string Kind, string Value)> Fields)
{
    /// <summary>Fields that take any text.</summary>
    public IEnumerable<string> Texts => Fields.Where(one => one.Kind is "text" or "search" or "textarea" or "url").Select(one => one.Name);

    public static IReadOnlyList<HtmlForm> Read(string html, string path) => [.. Whole().Matches(html).Select(form => new HtmlForm(
        Attribute(form.Groups[1].Value, "action") is { Length: > 0 } action ? action.Split('#')[0] : path,
        Attribute(form.Groups[1].Value, "method")?.Equals("post", StringComparison.OrdinalIgnoreCase) == true,
        [.. Control().Matches(form.Groups[2].Value).Select(Field).Where(field => field.Name.Length > 0)]))];

    private static (string Name, string Kind, string Value) Field(Match control)
    {
        var attributes = control.Groups[2].Value;
        var name = Attribute(attributes, "name") ?? "";
        return control.Groups[1].Value.ToLowerInvariant() switch
        {
            "textarea" => (name, "textarea", WebUtility.HtmlDecode(control.Groups[3].Value)),
            "select" => (name, "select", Options().Matches(control.Groups[4].Value) is var options && options.FirstOrDefault(o => o.Value.Contains(" selected", StringComparison.Ordinal)) is { } chosen
                ? Attribute(chosen.Groups[1].Value, "value") ?? "" : options.Select(o => Attribute(o.Groups[1].Value, "value")).FirstOrDefault() ?? ""),
            _ => (name, Attribute(attributes, "type")?.ToLowerInvariant() ?? "text", Attribute(attributes, "value") ?? ""),
        };
    }

    private static string? Attribute(string attributes, string name) =>
        Regex.Match(attributes, $"(?:^|\\s){name}=\"([^\"]*)\"", RegexOptions.IgnoreCase) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex("<form\\b([^>]*)>(.*?)</form>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Whole();

    [GeneratedRegex("<(input|textarea|select)\\b([^>]*)>(?:(?<=<textarea\\b[^>]*>)(.*?)</textarea>|(?<=<select\\b[^>]*>)(.*?)</select>)?", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Control();

    [GeneratedRegex("<option\\b([^>]*)>", RegexOptions.IgnoreCase)]
    private static partial Regex Options();
}
