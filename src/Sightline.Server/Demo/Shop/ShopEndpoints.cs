using System.Text;
using Sightline.Server.Access;

namespace Sightline.Server.Demo.Shop;

/// <summary><c>/demo-shop/</c>: a shop to click through, tracked by the real tracker. Served by <c>sightline demo</c> only, open to everybody.</summary>
internal static class ShopEndpoints
{
    // As strict as a careful shop's: nothing inline, nothing from elsewhere. "data:" is the empty icon.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void MapDemoShop(this IEndpointRouteBuilder routes, string publicKey)
    {
        var shop = new ShopPages(publicKey);
        var pages = shop.All().ToDictionary(static page => page.Key, static page => Encoding.UTF8.GetBytes(page.Value));
        var notFound = Encoding.UTF8.GetBytes(shop.NotFound());
        var group = routes.MapGroup(DemoCatalog.Root).AllowEveryone();
        group.MapGet("/shop.css", () => Asset("shop.css", "text/css; charset=utf-8"));
        group.MapGet("/shop.js", () => Asset("shop.js", "text/javascript; charset=utf-8"));
        group.MapGet("/search", (HttpContext context, string? q) =>
            SendAsync(context, Encoding.UTF8.GetBytes(shop.Search(q is { Length: > 100 } ? q[..100] : q ?? "")), StatusCodes.Status200OK));
        group.MapGet("/{**page}", context =>
        {
            var path = context.Request.Path.Value!;
            if (path == DemoCatalog.Root || (!pages.ContainsKey(path) && pages.ContainsKey(path + "/")))
            {
                context.Response.Redirect(path + "/");
                return Task.CompletedTask;
            }

            return pages.TryGetValue(path, out var page)
                ? SendAsync(context, page, StatusCodes.Status200OK)
                : SendAsync(context, notFound, StatusCodes.Status404NotFound);
        });
    }

    private static Task SendAsync(HttpContext context, byte[] html, int status)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-cache";
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.Body.WriteAsync(html).AsTask();
    }

    private static IResult Asset(string name, string type)
    {
        var stream = typeof(ShopEndpoints).Assembly.GetManifestResourceStream($"Sightline.Server.Demo.{name}")
            ?? throw new InvalidOperationException($"{name} is not part of this build");
        return Results.Stream(stream, type);
    }
}
