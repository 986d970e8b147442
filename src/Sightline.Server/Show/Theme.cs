using Sightline.Server.Access;

namespace Sightline.Server.Show;

/// <summary>Light, dark, or as the system is: kept in a cookie, so that the first paint is right.</summary>
internal static class Theme
{
    public const string System = "system";
    private const string Cookie = "sightline_theme";

    public static IReadOnlyList<(string Key, string Name)> Choices { get; } = [(System, "As the system"), ("light", "Light"), ("dark", "Dark")];

    /// <summary><c>light</c>, <c>dark</c>, or <see langword="null"/> for the system's.</summary>
    public static string? Of(HttpContext? context) => context?.Request.Cookies[Cookie] is ("light" or "dark") and var theme ? theme : null;

    /// <summary>Chooses and comes back to the page.</summary>
    public static string Link(string choice, HttpContext? context) =>
        $"/theme/{choice}?back={Uri.EscapeDataString(context is null ? "/" : context.Request.Path + context.Request.QueryString)}";

    public static void MapTheme(this IEndpointRouteBuilder app) => app.MapGet("/theme/{choice}", (string choice, string? back, HttpContext context) =>
    {
        if (Choices.All(c => c.Key != choice))
        {
            return PageResult.Message(context, StatusCodes.Status404NotFound, "No such colours", "There are light, dark, and those of the system.", "/", "All projects");
        }

        context.Response.Cookies.Append(Cookie, choice, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Expires = choice == System ? DateTimeOffset.UnixEpoch : null,
            MaxAge = choice == System ? null : TimeSpan.FromDays(400),
        });
        context.Response.Headers.CacheControl = "no-store";
        return Results.LocalRedirect(LocalAddress.OrRoot(back));
    }).AllowEveryone();
}
