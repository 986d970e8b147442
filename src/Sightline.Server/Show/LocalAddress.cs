namespace Sightline.Server.Show;

/// <summary>Addresses that a page may send a browser back to.</summary>
internal static class LocalAddress
{
    /// <summary>The address when it is a path on this server; otherwise <c>/</c>.</summary>
    public static string OrRoot(string? address) =>
        address is ['/', ..] && (address.Length == 1 || address[1] is not ('/' or '\\')) && !address.Any(char.IsControl) ? address : "/";
}
