using System.Globalization;
using Sightline.Server.Access;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary><c>/sign-in</c> and <c>/sign-out</c>.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet(AccessGate.SignInPath, Show).AllowEveryone();
        app.MapPost(AccessGate.SignInPath, SignInAsync).AllowEveryone();
        app.MapGet("/sign-out", (HttpContext context) => PageResult.Form<SignOutPage>(context, [])).RequireSignIn();
        app.MapPost("/sign-out", (HttpContext context, SignInService service) =>
        {
            service.SignOut(context);
            return Results.LocalRedirect("~" + AccessGate.SignInPath);
        }).RequireSignIn();
    }

    /// <summary>Where a person lands: on what was asked for, or, with nothing there yet, on the way to the first project.</summary>
    public static IResult Land(ProjectDirectory projects, User user, string back) =>
        Results.LocalRedirect(back == "/" && user.IsOwner && projects.All.Count == 0 ? "~/projects/new" : back);

    private static IResult Show(HttpContext context)
    {
        var back = LocalUrl.Checked(context.Request.Query["returnUrl"]);
        return Caller.Of(context).User is null ? Page(context, back, "", null) : Results.LocalRedirect(back);
    }

    private static async Task<IResult> SignInAsync(HttpContext context, SignInService service, ProjectDirectory projects)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = LocalUrl.Checked(form["returnUrl"]);
        string email = form["email"].ToString(), password = form["password"].ToString();
        switch (service.TryPassword(context, email, password, form["keep"] == "on", out var user, out var wait))
        {
            case SignInOutcome.Done:
                return Land(projects, user!, back);
            case SignInOutcome.Wait:
                return Wait(context, wait);
            default:
                return Page(context, back, email, "The e-mail address or the password is not right.", StatusCodes.Status422UnprocessableEntity);
        }
    }

    private static IResult Wait(HttpContext context, TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return PageResult.Message(
            context, StatusCodes.Status429TooManyRequests, "Too many attempts",
            $"Try again in {Format.Duration(seconds)}. Whoever has forgotten the password asks an owner of this server for a new one.",
            AccessGate.SignInPath, "Back to sign-in");
    }

    private static IResult Page(HttpContext context, string back, string email, string? fault, int status = StatusCodes.Status200OK) =>
        PageResult.Form<SignInPage>(context, new()
        {
            [nameof(SignInPage.ReturnUrl)] = back,
            [nameof(SignInPage.Email)] = email,
            [nameof(SignInPage.Fault)] = fault,
        }, status);
}
