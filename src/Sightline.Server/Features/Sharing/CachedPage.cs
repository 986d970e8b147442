using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Sightline.Server.Features.Sharing;

/// <summary>
/// An answer that is the same for everybody: named by its content, so that caches in front (Varnish, nginx) may keep it for a while and ask
/// afterwards whether it has changed.
/// </summary>
internal sealed record CachedPage(IResult Page, int Seconds, bool AnySite = false) : IResult
{
    /// <summary>Told of the answer when it is one of 200.</summary>
    public Action<SharedAnswer>? Made { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, body) = (httpContext.Response, httpContext.Response.Body);
        using var kept = new MemoryStream();
        response.Body = kept;
        try
        {
            await Page.ExecuteAsync(httpContext);
        }
        finally
        {
            response.Body = body;
        }

        if (response.StatusCode != StatusCodes.Status200OK)
        {
            response.ContentLength = kept.Length;
            kept.Position = 0;
            await kept.CopyToAsync(body, httpContext.RequestAborted);
            return;
        }

        var content = kept.ToArray();
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..24]}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"public, max-age={Seconds}");
        if (AnySite)
        {
            response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        }

        response.ContentLength = null;
        var answer = new SharedAnswer(content, tag, [.. response.Headers]);
        // A cookie is one browser's.
        if (!response.Headers.ContainsKey(HeaderNames.SetCookie))
        {
            Made?.Invoke(answer);
        }

        await answer.ExecuteAsync(httpContext);
    }
}
