using Sightline.Server.Access;
using Sightline.Server.Features.Accounts;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.People;

/// <summary><c>/invite/{code}</c>: where an invitation's link leads.</summary>
internal static class InvitationEndpoints
{
    public static void MapInvitations(this IEndpointRouteBuilder app)
    {
        app.MapGet("/invite/{code}", (string code, HttpContext context, InvitationService service) =>
            service.Find(context, code) is { } invitation ? Page(context, invitation, code, "", null) : Gone(context)).AllowEveryone();
        app.MapPost("/invite/{code}", AcceptAsync).AllowEveryone();
    }

    private static async Task<IResult> AcceptAsync(string code, HttpContext context, InvitationService service)
    {
        if (service.Find(context, code) is not { } invitation)
        {
            return Gone(context);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        try
        {
            return service.TryAccept(context, code, invitation, form["name"].ToString(), form["password"].ToString(), form["repeated"].ToString())
                ? Results.LocalRedirect("~/")
                : Gone(context);
        }
        catch (SettingsException exception)
        {
            return Page(context, invitation, code, form["name"].ToString(), exception.Message);
        }
    }

    private static IResult Gone(HttpContext context) => PageResult.Message(
        context, StatusCodes.Status404NotFound, "This invitation is not good any more",
        "It was used, withdrawn, or is older than a week. Ask whoever sent it for a new one.", AccessGate.SignInPath, "Sign in");

    private static IResult Page(HttpContext context, Invitation invitation, string code, string name, string? fault) => PageResult.Form<InvitationPage>(
        context,
        new()
        {
            [nameof(InvitationPage.Invitation)] = invitation,
            [nameof(InvitationPage.Code)] = code,
            [nameof(InvitationPage.Name)] = name,
            [nameof(InvitationPage.Fault)] = fault,
        },
        fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
