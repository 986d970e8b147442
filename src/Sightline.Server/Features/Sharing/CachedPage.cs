using System.Security.Cryptography;

namespace Sightline.Server.Features.Sharing;

/// <summary>
/// An answer that is the same for everybody: named by its content, so that caches in front (Varnish, nginx) may keep it for a while and ask
/// afterwards whether it has changed.
/// </summary>
internal sealed class CachedPage(IResult page, int seconds, bool anySite = false) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, body) = (httpContext.Response, httpContext.Response.Body);
        using var kept = new MemoryStream();
        response.Body = kept;
        try
        {
            await page.ExecuteAsync(httpContext);
        }
        finally
        {
            response.Body = body;
        }

        if (response.StatusCode == StatusCodes.Status200OK)
        {
            var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(kept.GetBuffer().AsSpan(0, (int)kept.Length)))[..24]}\"";
            response.Headers.ETag = tag;
            response.Headers.CacheControl = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"public, max-age={seconds}");
            if (anySite)
            {
                response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            }

            if (httpContext.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Any(known => known == tag || known == "W/" + tag || known == "*"))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                response.ContentLength = null;
                response.Headers.ContentType = default;
                return;
            }
        }

        response.ContentLength = kept.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            kept.Position = 0;
            await kept.CopyToAsync(body, httpContext.RequestAborted);
        }
    }
}
