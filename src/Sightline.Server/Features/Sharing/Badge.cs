using System.Globalization;
using System.Net;
using Sightline.Server.Features.Overview;

namespace Sightline.Server.Features.Sharing;

/// <summary>A number in a picture: what it is on the left, how much on the right.</summary>
internal static class Badge
{
    private const int Height = 22;
    private const int Space = 9;

    /// <summary><c>last 30 days</c>, or the days of a custom range.</summary>
    public static string RangeName(OverviewState state, OverviewWhen when) =>
        state.IsCustom ? when.Text : OverviewRanges.Named.First(range => range.Key == state.Range).Name.ToLowerInvariant();

    public static string Draw(string label, string value)
    {
        var (left, right) = (Width(label) + (2 * Space), Width(value) + (2 * Space));
        var (what, much) = (WebUtility.HtmlEncode(label), WebUtility.HtmlEncode(value));
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{Height}" viewBox="0 0 {left + right} {Height}" role="img" aria-label="{what}: {much}"><title>{what}: {much}</title>
            <path fill="#3d4757" d="M4 0h{left - 4}v{Height}H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z"/><path fill="#3b50c9" d="M{left} 0h{right - 4}a4 4 0 0 1 4 4v{Height - 8}a4 4 0 0 1-4 4H{left}z"/>
            <g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" text-anchor="middle"><text x="{left / 2.0}" y="15" textLength="{left - (2 * Space)}" lengthAdjust="spacingAndGlyphs">{what}</text><text x="{left + (right / 2.0)}" y="15" font-weight="bold" textLength="{right - (2 * Space)}" lengthAdjust="spacingAndGlyphs">{much}</text></g></svg>

            """);
    }

    // Widths of Verdana at 11, near enough: textLength sets the text to what was reckoned.
    private static int Width(string text) => (int)Math.Ceiling(text.Sum(c => c switch
    {
        'i' or 'j' or 'l' or '.' or ',' or ':' or '\'' or '|' => 3.8,
        ' ' or 'f' or 't' or 'r' or 'I' or '(' or ')' => 4.6,
        'm' or 'w' or 'M' or 'W' or '%' => 10.2,
        _ => char.IsAsciiLetterUpper(c) || c > 0x2e80 ? 8.2 : 7.0,
    }));
}
