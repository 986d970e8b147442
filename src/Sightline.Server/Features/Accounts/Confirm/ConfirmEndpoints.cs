using Sightline.Server.Access;

namespace Sightline.Server.Features.Accounts;

/// <summary><c>/account/confirm</c>: where the answer goes when the question stood before a page and not before a form.</summary>
internal static class ConfirmEndpoints
{
    public const string Path = AccessGate.ConfirmPath;

    public static void MapConfirm(this IEndpointRouteBuilder app) => app.MapPost(Path, async (HttpContext context) =>
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return Results.LocalRedirect(LocalUrl.Checked(form["returnUrl"]));
    }).RequireSignIn().RequireProof();
}
