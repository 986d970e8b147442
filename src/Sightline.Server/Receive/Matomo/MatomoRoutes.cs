using Sightline.Server.Access;

namespace Sightline.Server.Receive.Matomo;

/// <summary>The addresses that Matomo's clients know.</summary>
internal static class MatomoRoutes
{
    public static IServiceCollection AddMatomo(this IServiceCollection services) => services.AddSingleton<MatomoEndpoint>().AddSingleton<MatomoManagementEndpoint>();

    public static void MapMatomo(this IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<MatomoEndpoint>();
        // Any method: Matomo reads the query of a HEAD, PUT or OPTIONS as well.
        routes.Map("/matomo.php", endpoint.HandleAsync).AllowIngestKey();
        routes.Map("/piwik.php", endpoint.HandleAsync).AllowIngestKey();
        routes.MapMethods("/index.php", [HttpMethods.Get, HttpMethods.Post], routes.ServiceProvider.GetRequiredService<MatomoManagementEndpoint>().HandleAsync).ChecksTokenItself(Right.ChangeProject);
    }
}
