using System.Collections;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Sightline.Server.Write.Enrich;

/// <summary>A line of <c>user-agents.json</c>: an expression, and the name and version it gives, in which <c>$1</c> stands for a group.</summary>
internal sealed class UserAgentRule
{
    private GuardedRegex? _guarded;

    [JsonPropertyName("regex")]
    public required string Regex { get; init; }

    [JsonPropertyName("flag")]
    public string? Flag { get; init; }

    [JsonPropertyName("needs")]
    public required string[] Needs { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("v1")]
    public string? V1 { get; init; }

    [JsonPropertyName("v2")]
    public string? V2 { get; init; }

    /// <summary>Name, major and minor version.</summary>
    public (string Name, string Major, string Minor)? Find(string userAgent, BitArray found, LiteralIndex index, ref int timeouts)
    {
        _guarded ??= new GuardedRegex(Regex, Flag == "i", Needs, index);
        return _guarded.Find(userAgent, found, ref timeouts) is { } match ? (Part(Name, match, 1), Part(V1, match, 2), Part(V2, match, 3)) : null;
    }

    private static string Part(string? replacement, Match match, int group)
    {
        if (replacement is null)
        {
            return match.Groups[group].Value.Trim();
        }

        if (!replacement.Contains('$'))
        {
            return replacement;
        }

        for (var i = 9; i >= 1; i--)
        {
            replacement = replacement.Replace("$" + (char)('0' + i), match.Groups[i].Value, StringComparison.Ordinal);
        }

        return replacement.Trim();
    }
}

/// <summary>The file <c>user-agents.json</c>; the first rule that matches wins.</summary>
internal sealed record UserAgentRules(
    [property: JsonPropertyName("browsers")] UserAgentRule[] Browsers,
    [property: JsonPropertyName("systems")] UserAgentRule[] Systems);
