using System.Globalization;
using Sightline.Server.Access;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary><c>/sign-in</c>, its second step, and <c>/sign-out</c>.</summary>
internal static class SignInEndpoints
{
    public const string SecondStepPath = AccessGate.SignInPath + "/second-step";
    public const string PasskeyPath = AccessGate.SignInPath + "/passkey";

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapGet(AccessGate.SignInPath, Show).AllowEveryone();
        app.MapPost(AccessGate.SignInPath, SignInAsync).AllowEveryone();
        app.MapPost(PasskeyPath + "/options", (HttpContext context, PasskeyService passkeys) =>
            PasskeyEndpoints.OptionsAsync(context, passkeys, one => passkeys.BeginUseAsync(one, null))).AllowEveryone();
        app.MapPost(PasskeyPath, PasskeyAsync).AllowEveryone();
        app.MapGet(SecondStepPath, (HttpContext context, HalfSignIn half, PasskeyService passkeys) =>
            half.Find(context) is { } waiting ? SecondStep(context, passkeys, waiting.User, null) : Results.LocalRedirect("~" + AccessGate.SignInPath)).AllowEveryone();
        app.MapPost(SecondStepPath + "/options", (HttpContext context, HalfSignIn half, PasskeyService passkeys) =>
            half.Find(context) is { } waiting
                ? PasskeyEndpoints.OptionsAsync(context, passkeys, one => passkeys.BeginUseAsync(one, waiting.User))
                : Task.FromResult(Results.Json(new { message = "That took too long. Begin again with your password." }, statusCode: StatusCodes.Status400BadRequest))).AllowEveryone();
        app.MapPost(SecondStepPath, SecondStepAsync).AllowEveryone();
        app.MapGet(AccessGate.SignOutPath, (HttpContext context) => PageResult.Form<SignOutPage>(context, [])).RequireSignIn();
        app.MapPost(AccessGate.SignOutPath, async (HttpContext context, SignInService service) =>
        {
            service.SignOut(context, (await context.Request.ReadFormAsync(context.RequestAborted))["everywhere"] == "on");
            return Results.LocalRedirect("~" + AccessGate.SignInPath);
        }).RequireSignIn();
    }

    /// <summary>Where a person lands: on what was asked for, or, with nothing there yet, on the way to the first project.</summary>
    public static IResult Land(ProjectDirectory projects, User user, string back) =>
        Results.LocalRedirect(back == "/" && user.IsOwner && projects.All.Count == 0 ? "~/projects/new" : back);

    private static IResult Show(HttpContext context, PasskeyService passkeys, SignInRuleStore rules)
    {
        var back = LocalUrl.Checked(context.Request.Query["returnUrl"]);
        return Caller.Of(context).User is null ? Page(context, passkeys, rules, back, "", null) : Results.LocalRedirect(back);
    }

    private static async Task<IResult> SignInAsync(HttpContext context, SignInService service, PasskeyService passkeys, SignInRuleStore rules, ProjectDirectory projects)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = LocalUrl.Checked(form["returnUrl"]);
        string email = form["email"].ToString(), password = form["password"].ToString();
        return service.TryPassword(context, email, password, form["keep"] == "on", back, out var user, out var wait) switch
        {
            SignInOutcome.Done => Land(projects, user!, back),
            SignInOutcome.SecondStep => Results.LocalRedirect("~" + SecondStepPath),
            SignInOutcome.Wait => Wait(context, wait),
            _ => Page(context, passkeys, rules, back, email, "The e-mail address or the password is not right."),
        };
    }

    private static async Task<IResult> PasskeyAsync(HttpContext context, SignInService service, PasskeyService passkeys, SignInRuleStore rules, ProjectDirectory projects)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = LocalUrl.Checked(form["returnUrl"]);
        if (await passkeys.FinishUseAsync(context, form["credential"].ToString(), null) is not { } user)
        {
            return Page(context, passkeys, rules, back, "", "That passkey was not accepted. If it was removed here, remove it on your device, too.");
        }

        service.Finish(context, user, form["keep"] == "on", "by passkey");
        return Land(projects, user, back);
    }

    private static async Task<IResult> SecondStepAsync(
        HttpContext context, HalfSignIn half, SignInService service, SecondFactorService factors, PasskeyService passkeys, ProjectDirectory projects)
    {
        if (half.Find(context) is not var (user, keep, back))
        {
            return Results.LocalRedirect("~" + AccessGate.SignInPath);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        string how = "by password and passkey", credential = form["credential"].ToString();
        var wait = TimeSpan.Zero;
        var outcome = credential.Length == 0 ? factors.TryCode(context, user, form["code"].ToString(), out how, out wait)
            : await passkeys.FinishUseAsync(context, credential, user) is null ? SignInOutcome.Wrong : SignInOutcome.Done;
        switch (outcome)
        {
            case SignInOutcome.Done:
                service.Finish(context, user, keep, how);
                return Land(projects, user, back);
            case SignInOutcome.Wait:
                return Wait(context, wait);
            default:
                return SecondStep(context, passkeys, user, credential.Length > 0 ? "That passkey was not accepted." : "This code is not right, or was used already. Wait for the app's next one.");
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

    private static IResult Page(HttpContext context, PasskeyService passkeys, SignInRuleStore rules, string back, string email, string? fault) => PageResult.Form<SignInPage>(
        context,
        new()
        {
            [nameof(SignInPage.ReturnUrl)] = back,
            [nameof(SignInPage.Email)] = email,
            [nameof(SignInPage.MayKeep)] = !rules.Get().ShortSessions,
            [nameof(SignInPage.MayUsePasskey)] = passkeys.Place.Obstacle(context) is null,
            [nameof(SignInPage.Fault)] = fault,
        },
        fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    private static IResult SecondStep(HttpContext context, PasskeyService passkeys, User user, string? fault) => PageResult.Form<SecondStepPage>(
        context,
        new()
        {
            [nameof(SecondStepPage.HasApp)] = user.TotpSecret is not null,
            [nameof(SecondStepPage.HasPasskey)] = user.HasPasskey,
            [nameof(SecondStepPage.Obstacle)] = passkeys.Place.Obstacle(context),
            [nameof(SecondStepPage.Fault)] = fault,
        },
        fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
