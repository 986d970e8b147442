using System.Net;

namespace Sightline.Server.Show;

/// <summary>The line a site's owner pastes into its pages.</summary>
internal static class TrackerSnippet
{
    public static string For(string url, string publicKey) =>
        $"<script defer src=\"{WebUtility.HtmlEncode(url)}/sl.js\" data-project=\"{WebUtility.HtmlEncode(publicKey)}\"></script>";
}
