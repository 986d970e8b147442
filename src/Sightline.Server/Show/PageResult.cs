using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Sightline.Server.Show;

/// <summary>Answers with a page, under headers that let it load and run nothing but our own files.</summary>
internal static class PageResult
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static IResult Page<TPage>(HttpContext context, Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // A form's token has said no-store already.
        if (!headers.CacheControl.ToString().Contains("no-store", StringComparison.Ordinal))
        {
            headers.CacheControl = "private, no-cache";
        }

        return new RazorComponentResult<TPage>(parameters) { StatusCode = status };
    }

    /// <summary>A page with a form that writes: it holds a secret of the person's, and no cache may.</summary>
    public static IResult Form<TPage>(HttpContext context, Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        var page = Page<TPage>(context, parameters, status);
        context.Response.Headers.CacheControl = "no-cache, no-store";
        return page;
    }

    public static IResult Message(HttpContext context, int status, string title, string message, string? backUrl = null, string backText = "Back") =>
        Page<MessagePage>(context, new()
        {
            [nameof(MessagePage.Title)] = title,
            [nameof(MessagePage.Message)] = message,
            [nameof(MessagePage.BackUrl)] = backUrl,
            [nameof(MessagePage.BackText)] = backText,
        }, status);
}
