using Microsoft.Extensions.Primitives;

namespace Sightline.Server.Features.Sharing;

/// <summary>An answer that is the same for everybody, as it is sent.</summary>
/// <param name="Body">The content.</param>
/// <param name="Tag">Names the content.</param>
/// <param name="Headers">Every header it was made with.</param>
internal sealed record SharedAnswer(byte[] Body, string Tag, IReadOnlyList<KeyValuePair<string, StringValues>> Headers) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        if (httpContext.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Any(known => known == Tag || known == "W/" + Tag || known == "*"))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.Headers.ContentType = default;
            return;
        }

        response.ContentLength = Body.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            await response.Body.WriteAsync(Body, httpContext.RequestAborted);
        }
    }
}
