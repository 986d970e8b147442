using System.Buffers;
using System.Collections;
using System.Text.Json.Serialization;

namespace Sightline.Server.Write.Enrich;

/// <summary>Known crawlers, monitors, libraries and automated browsers: <c>crawlers.json</c> and the operator's own texts.</summary>
internal sealed class CrawlerList
{
    private readonly SearchValues<string> _literals;
    private readonly GuardedRegex[] _patterns;

    public CrawlerList(CrawlerFile file, IEnumerable<string> own, LiteralIndex index)
    {
        _literals = SearchValues.Create([.. file.Literals, .. own], StringComparison.Ordinal);
        _patterns = [.. file.Patterns.Select(pattern => new GuardedRegex(pattern.Regex, ignoreCase: false, pattern.Needs, index))];
    }

    /// <summary>An empty User-Agent is a program's too: every browser sends one.</summary>
    public bool IsBot(string userAgent, BitArray found, ref int timeouts)
    {
        if (userAgent.Length == 0 || userAgent.AsSpan().ContainsAny(_literals))
        {
            return true;
        }

        foreach (var pattern in _patterns)
        {
            if (pattern.Find(userAgent, found, ref timeouts) is not null)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The file <c>crawlers.json</c>.</summary>
internal sealed record CrawlerFile(
    [property: JsonPropertyName("literals")] string[] Literals,
    [property: JsonPropertyName("patterns")] CrawlerPattern[] Patterns);

/// <summary>An expression that plain text cannot replace.</summary>
internal sealed record CrawlerPattern([property: JsonPropertyName("regex")] string Regex, [property: JsonPropertyName("needs")] string[] Needs);
