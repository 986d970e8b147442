using Sightline.Server.Show;

namespace Sightline.Server.Features.Sharing;

/// <summary>Pages that are the same wherever they are shown from.</summary>
internal static class SharingPages
{
    public static IResult Password(HttpContext context, SharedView view, string? fault, int status) => PageResult.Form<SharedPasswordPage>(
        context, new() { [nameof(SharedPasswordPage.Path)] = view.Path, [nameof(SharedPasswordPage.Fault)] = fault }, status);
}
