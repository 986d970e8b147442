using Sightline.Server.Access;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary><c>/account/second-factor</c>: authenticator app, passkeys and recovery codes of one's own.</summary>
internal static class SecondFactorEndpoints
{
    private const string Root = AccessGate.SecondFactorPath;
    private const string App = Root + "/app";

    public static void MapSecondFactors(this IEndpointRouteBuilder app)
    {
        app.MapGet(Root, (HttpContext context, SecondFactorService service, PasskeyService passkeys) => Page(context, service, passkeys, null)).RequireSignIn();
        app.MapGet(App, (HttpContext context, SecondFactorService service) => AppPage(context, service, null, null)).RequireSignIn().RequireProof();
        app.MapPost(App, ConfirmAsync).RequireSignIn().RequireProof();
        app.MapPost(App + "/remove", (HttpContext context, SecondFactorService service, PasskeyService passkeys) =>
        {
            try
            {
                service.Remove(context);
                return Results.LocalRedirect($"~{Root}?done=removed");
            }
            catch (SettingsException exception)
            {
                return Page(context, service, passkeys, exception.Message);
            }
        }).RequireSignIn().RequireProof();
        app.MapPost(Root + "/codes", (HttpContext context, SecondFactorService service) =>
            Caller.Of(context).User!.HasSecondFactor ? CodesPage(context, service.NewCodes(context)) : Results.LocalRedirect($"~{Root}")).RequireSignIn().RequireProof();
    }

    /// <summary>Shows codes, once.</summary>
    public static IResult CodesPage(HttpContext context, IReadOnlyList<string> codes) => PageResult.Form<RecoveryCodesPage>(
        context, new() { [nameof(RecoveryCodesPage.Codes)] = codes, [nameof(RecoveryCodesPage.Email)] = Caller.Of(context).User!.Email });

    public static IResult Page(HttpContext context, SecondFactorService service, PasskeyService passkeys, string? fault)
    {
        var user = Caller.Of(context).User!;
        return PageResult.Form<SecondFactorPage>(
            context,
            new()
            {
                [nameof(SecondFactorPage.User)] = user,
                [nameof(SecondFactorPage.Passkeys)] = passkeys.List(user),
                [nameof(SecondFactorPage.CodesLeft)] = service.CodesLeft(user),
                [nameof(SecondFactorPage.IsRequired)] = service.IsRequired,
                [nameof(SecondFactorPage.Obstacle)] = passkeys.Place.Obstacle(context),
                [nameof(SecondFactorPage.Fault)] = fault,
                [nameof(SecondFactorPage.Done)] = context.Request.Query["done"].ToString() switch
                {
                    "app" => "The authenticator app is set up. All other devices are signed out.",
                    "passkey" => "The passkey is added. All other devices are signed out.",
                    "renamed" => "The name is changed.",
                    "removed" => "It is removed. All other devices are signed out.",
                    _ => null,
                },
            },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ConfirmAsync(HttpContext context, SecondFactorService service)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var draft = form["draft"].ToString();
        if (service.ReadDraft(Caller.Of(context), draft) is not { } secret)
        {
            return AppPage(context, service, null, "This page is too old. Scan the new code below.");
        }

        return !service.TryConfirm(context, secret, form["code"].ToString())
            ? AppPage(context, service, (secret, draft), "This is not the code the app shows now. If it keeps happening, set the clock of your device to the network's time.")
            : service.FirstCodes(context) is { } codes ? CodesPage(context, codes) : Results.LocalRedirect($"~{Root}?done=app");
    }

    private static IResult AppPage(HttpContext context, SecondFactorService service, (byte[] Secret, string Draft)? before, string? fault)
    {
        var caller = Caller.Of(context);
        var (secret, draft) = before ?? service.Begin(caller);
        return PageResult.Form<AuthenticatorPage>(
            context,
            new()
            {
                [nameof(AuthenticatorPage.Code)] = QrCode.Of(Totp.Uri(secret, $"Sightline {context.Request.Host.Host}", caller.User!.Email)),
                [nameof(AuthenticatorPage.Secret)] = Totp.Words(secret),
                [nameof(AuthenticatorPage.Draft)] = draft,
                [nameof(AuthenticatorPage.IsReplaced)] = caller.User.TotpSecret is not null,
                [nameof(AuthenticatorPage.Fault)] = fault,
            },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
