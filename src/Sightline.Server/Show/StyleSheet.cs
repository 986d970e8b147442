using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Sightline.Server.Show;

/// <summary>The style sheet of all pages, named by its content so that browsers may keep it for ever.</summary>
internal static class StyleSheet
{
    private const string Path = "/assets/sightline.css";
    private static readonly byte[] Bytes = Read();
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Bytes))[..16];
    private static readonly EntityTagHeaderValue ETag = new($"\"{Hash}\"");

    public static string Href { get; } = $"{Path}?v={Hash}";

    public static void MapStyleSheet(this IEndpointRouteBuilder app) => app.MapGet(Path, (HttpContext context) =>
    {
        // Asked for by another name, it may change at the next upgrade.
        context.Response.Headers.CacheControl = context.Request.Query["v"] == Hash ? "public, max-age=31536000, immutable" : "public, no-cache";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(Bytes, "text/css; charset=utf-8", entityTag: ETag);
    });

    private static byte[] Read()
    {
        using var stream = typeof(StyleSheet).Assembly.GetManifestResourceStream("Sightline.Server.Show.sightline.css")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
