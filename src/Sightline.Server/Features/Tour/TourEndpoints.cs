using Microsoft.Extensions.DependencyInjection.Extensions;
using Sightline.Server.Access;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Tour;

/// <summary><c>/tour/open</c> and <c>/tour/closed</c>: shows the tour again, or puts it away in this browser.</summary>
internal static class TourEndpoints
{
    public static void AddTour(this IServiceCollection services) => services.TryAddSingleton<Tours>();

    public static void MapTour(this IEndpointRouteBuilder app) => app.MapGet("/tour/{state}", (string state, string? back, HttpContext context) =>
    {
        if (state is not ("open" or Tours.Closed))
        {
            return PageResult.Message(context, StatusCodes.Status404NotFound, "No such page", "A tour is open or closed.", "/", "All projects");
        }

        context.Response.Cookies.Append(Tours.Cookie, state, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = TimeSpan.FromDays(400),
        });
        context.Response.Headers.CacheControl = "no-store";
        return Results.LocalRedirect(LocalAddress.OrRoot(back));
    }).AllowEveryone();
}
