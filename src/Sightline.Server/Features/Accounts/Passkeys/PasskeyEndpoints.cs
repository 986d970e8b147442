using Microsoft.AspNetCore.WebUtilities;
using Sightline.Server.Access;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary>Adding, naming and removing passkeys, and signing in with one alone.</summary>
internal static class PasskeyEndpoints
{
    private const string Own = AccessGate.SecondFactorPath + "/passkeys";

    public static void MapPasskeys(this IEndpointRouteBuilder app)
    {
        app.MapGet(Own + "/new", (HttpContext context, PasskeyService service) => NewPage(context, service, null)).RequireSignIn().RequireProof();
        app.MapPost(Own + "/options", (HttpContext context, PasskeyService service) => OptionsAsync(context, service, service.BeginAddAsync)).RequireSignIn();
        app.MapPost(Own + "/new", AddAsync).RequireSignIn().RequireProof();
        app.MapPost(Own + "/rename", RenameAsync).RequireSignIn();
        app.MapPost(Own + "/remove", RemoveAsync).RequireSignIn().RequireProof();
        // To confirm who one is: the passkeys of whoever is signed in.
        app.MapPost(ConfirmEndpoints.Path + "/options", (HttpContext context, PasskeyService service) =>
            OptionsAsync(context, service, one => service.BeginUseAsync(one, Caller.Of(one).User))).RequireSignIn();
    }

    /// <summary>What a script hands to the browser.</summary>
    public static async Task<IResult> OptionsAsync(HttpContext context, PasskeyService service, Func<HttpContext, Task<string?>> make)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (service.Place.Obstacle(context) is { } obstacle)
        {
            return Results.Json(new { message = obstacle }, statusCode: StatusCodes.Status400BadRequest);
        }

        return await make(context) is { } json
            ? Results.Content(json, "application/json")
            : Results.Json(new { message = "Too many attempts from your network. Try again in a minute." }, statusCode: StatusCodes.Status429TooManyRequests);
    }

    private static async Task<IResult> AddAsync(HttpContext context, PasskeyService service, SecondFactorService factors)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        try
        {
            if (!await service.TryAddAsync(context, form["credential"].ToString(), form["name"].ToString()))
            {
                return NewPage(context, service, "That was not accepted: it took too long, or another window asked in between. Try again.");
            }

            return factors.FirstCodes(context) is { } codes ? SecondFactorEndpoints.CodesPage(context, codes) : Results.LocalRedirect($"~{AccessGate.SecondFactorPath}?done=passkey");
        }
        catch (SettingsException exception)
        {
            return NewPage(context, service, exception.Message);
        }
    }

    private static async Task<IResult> RenameAsync(HttpContext context, PasskeyService service, SecondFactorService factors)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        try
        {
            service.Rename(context, Credential(form), form["name"].ToString());
            return Results.LocalRedirect($"~{AccessGate.SecondFactorPath}?done=renamed");
        }
        catch (SettingsException exception)
        {
            return SecondFactorEndpoints.Page(context, factors, service, exception.Message);
        }
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, PasskeyService service, SecondFactorService factors)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var user = Caller.Of(context).User!;
        try
        {
            factors.RequireAnother(user.TotpSecret is not null || service.List(user).Count > 1);
            service.Remove(context, Credential(form));
            return Results.LocalRedirect($"~{AccessGate.SecondFactorPath}?done=removed");
        }
        catch (SettingsException exception)
        {
            return SecondFactorEndpoints.Page(context, factors, service, exception.Message);
        }
    }

    // What is no credential's name names none.
    private static byte[] Credential(IFormCollection form)
    {
        try
        {
            return WebEncoders.Base64UrlDecode(form["credential"].ToString());
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static IResult NewPage(HttpContext context, PasskeyService service, string? fault) => PageResult.Form<NewPasskeyPage>(
        context,
        new()
        {
            [nameof(NewPasskeyPage.Obstacle)] = service.Place.Obstacle(context),
            [nameof(NewPasskeyPage.Suggestion)] = BrowserName.Of(context.Request.Headers.UserAgent.ToString()),
            [nameof(NewPasskeyPage.Fault)] = fault,
        },
        fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
