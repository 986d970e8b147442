namespace Sightline.Server.Features.Accounts;

/// <summary>Addresses to go back to. They come from the address bar, so they may lead anywhere; only ours are followed.</summary>
internal static class LocalUrl
{
    /// <summary>The path given, or <c>/</c> when it leads elsewhere. Browsers read <c>\</c> as <c>/</c>, and skip line breaks and tabs.</summary>
    public static string Checked(string? url) =>
        url is ['/', ..] && url.Length <= 2000 && (url.Length == 1 || url[1] is not ('/' or '\\')) && !url.Any(char.IsControl) && !url.Contains('\\', StringComparison.Ordinal)
            ? url
            : "/";
}
