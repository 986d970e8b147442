using System.Text.Json;
using Sightline.Server.Access;
using Sightline.Server.Show;

namespace Sightline.Server.Features.ApiDocument;

/// <summary><c>/openapi.json</c>, and <c>/api-docs</c>, the same for people.</summary>
internal static class ApiDocumentEndpoints
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void MapApiDocument(this IEndpointRouteBuilder app)
    {
        app.MapGet("/openapi.json", (HttpContext context, EndpointDataSource routes, ServeOptions options) =>
            Results.Text(ApiDocumentWriter.Write(routes, Url(context, options)).ToJsonString(Indented), "application/json")).AllowEveryone();
        app.MapGet("/api-docs", (HttpContext context, EndpointDataSource routes, ServeOptions options) => PageResult.Page<ApiPage>(context, new()
        {
            [nameof(ApiPage.Url)] = Url(context, options),
            [nameof(ApiPage.Routes)] = ApiDocumentWriter.Routes(routes).Distinct().ToList(),
        })).RequireSignIn();
    }

    private static string Url(HttpContext context, ServeOptions options) => options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}";
}
