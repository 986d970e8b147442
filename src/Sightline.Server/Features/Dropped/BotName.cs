using System.Text.RegularExpressions;

namespace Sightline.Server.Features.Dropped;

/// <summary>The part of a User-Agent by which a program can be told from others.</summary>
internal static partial class BotName
{
    private const int Shortest = 3;
    private const int Longest = 200;

    /// <summary><c>Googlebot</c>, <c>curl</c>; <see langword="null"/>: it has no name, or one that browsers have, too.</summary>
    public static string? Of(string userAgent)
    {
        var found = Named().Match(userAgent);
        // What calls itself no browser begins with its name.
        var name = found.Success ? found.Value : userAgent.StartsWith("Mozilla/", StringComparison.Ordinal) || userAgent.StartsWith("Opera/", StringComparison.Ordinal) ? "" : First().Match(userAgent).Value;
        return name.Length is >= Shortest and <= Longest && !userAgent.Equals("no User-Agent", StringComparison.Ordinal) ? name : null;
    }

    [GeneratedRegex("[A-Za-z0-9_.-]*(?:bot|crawler|spider|monitor|uptime|headless|slurp|fetch|preview|scan)[A-Za-z0-9_-]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Named();

    [GeneratedRegex("^[A-Za-z0-9_.-]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex First();
}
