using Sightline.Server.Access;

namespace Sightline.Server.Receive.EventApi;

/// <summary><c>GET /sl.js</c>: the script that sites load. See docs/tracker.md.</summary>
internal static class TrackerEndpoint
{
    // An hour until a new version is seen; a day more in which the old one runs while the new one is fetched.
    private const string CacheControl = "public, max-age=3600, stale-while-revalidate=86400";

    public static void MapTracker(this IEndpointRouteBuilder routes)
    {
        var script = TrackerScript.Load();
        routes.MapMethods("/sl.js", [HttpMethods.Get, HttpMethods.Head], context => SendAsync(context, script)).AllowIngestKey();
    }

    private static Task SendAsync(HttpContext context, TrackerScript script)
    {
        var form = script.Choose(context.Request.Headers.AcceptEncoding.ToString());
        var headers = context.Response.Headers;
        headers.ETag = form.ETag;
        headers.CacheControl = CacheControl;
        headers.Vary = "Accept-Encoding";
        // Sites on other origins load it, also those that embed only what allows it, and those that check its hash (crossorigin).
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.AccessControlAllowOrigin = "*";
        headers.XContentTypeOptions = "nosniff";
        if (script.IsKnown(context.Request.Headers.IfNoneMatch.ToString()))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        headers.ContentType = "text/javascript; charset=utf-8";
        headers.ContentLength = form.Bytes.Length;
        if (form.Encoding is not null)
        {
            headers.ContentEncoding = form.Encoding;
        }

        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(form.Bytes).AsTask();
    }
}
