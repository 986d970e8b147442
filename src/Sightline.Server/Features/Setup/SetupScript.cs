using Sightline.Server.Access;
using Sightline.Server.Show;

namespace Sightline.Server.Features.Setup;

/// <summary>The script of the first start's and the accounts' pages, built from <c>web/setup</c>.</summary>
internal static class SetupScript
{
    private static readonly Asset Script = new("/assets/setup.js", "text/javascript; charset=utf-8", PageAssets.Beside("setup.js"));

    public static string Href => Script.Href;

    public static void MapSetupScript(this IEndpointRouteBuilder app) => app.MapGet(Script.Path, Script.Answer).AllowEveryone();
}
