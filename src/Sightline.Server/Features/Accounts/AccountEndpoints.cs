using System.Globalization;
using Sightline.Server.Access;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary><c>/account</c>: what people see and change of their own.</summary>
internal static class AccountEndpoints
{
    private const string Root = "/account";

    public static void MapAccount(this IEndpointRouteBuilder app)
    {
        app.MapGet(Root, (HttpContext context, AccountService service) => Page(context, service, null)).RequireSignIn();
        app.MapPost(Root + "/name", RenameAsync).RequireSignIn();
        app.MapPost(Root + "/password", ChangePasswordAsync).RequireSignIn();
        app.MapPost(Root + "/sessions/end-others", (HttpContext context, AccountService service) =>
        {
            service.EndOtherSessions(context);
            return Back("sessions");
        }).RequireSignIn();
        app.MapPost(Root + "/sessions/{session}/end", EndSession).RequireSignIn();
        app.MapGet(AccessGate.NewPasswordPath, (HttpContext context, IProof proof) =>
            NewPasswordPageOf(context, proof, LocalUrl.Checked(context.Request.Query["returnUrl"]), null)).RequireSignIn();
        app.MapPost(AccessGate.NewPasswordPath, NewPasswordAsync).RequireSignIn();
    }

    private static async Task<IResult> RenameAsync(HttpContext context, AccountService service)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return Try(() => service.Rename(context, form["name"].ToString())) is { } fault ? Page(context, service, fault) : Back("name");
    }

    private static async Task<IResult> ChangePasswordAsync(HttpContext context, AccountService service)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return Try(() => service.ChangePassword(context, form["present"].ToString(), form["new"].ToString(), form["repeated"].ToString())) is { } fault
            ? Page(context, service, fault)
            : Back("password");
    }

    private static IResult EndSession(string session, HttpContext context, AccountService service)
    {
        if (uint.TryParse(session, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            service.EndSession(context, id);
        }

        return Back("sessions");
    }

    private static async Task<IResult> NewPasswordAsync(HttpContext context, AccountService service, IProof proof, ProjectDirectory projects)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (back, next, repeated) = (LocalUrl.Checked(form["returnUrl"]), form["new"].ToString(), form["repeated"].ToString());
        return Try(() =>
        {
            if (AsksForPresent(context, proof))
            {
                service.ChangePassword(context, form["present"].ToString(), next, repeated);
            }
            else
            {
                service.ReplaceGivenPassword(context, next, repeated);
            }
        }) is { } fault
            ? NewPasswordPageOf(context, proof, back, fault)
            : SignInEndpoints.Land(projects, Caller.Of(context).User!, back);
    }

    // Who has just signed in with the password that was given to them need not type it a second time.
    private static bool AsksForPresent(HttpContext context, IProof proof) => Caller.Of(context) is var caller && !(caller.User!.MustChangePassword && proof.IsProven(caller));

    private static string? Try(Action change)
    {
        try
        {
            change();
            return null;
        }
        catch (SettingsException exception)
        {
            return exception.Message;
        }
    }

    private static IResult Back(string done) => Results.LocalRedirect($"~{Root}?done={done}");

    private static IResult NewPasswordPageOf(HttpContext context, IProof proof, string back, string? fault) => PageResult.Form<NewPasswordPage>(
        context,
        new()
        {
            [nameof(NewPasswordPage.Email)] = Caller.Of(context).User!.Email,
            [nameof(NewPasswordPage.AsksForPresent)] = AsksForPresent(context, proof),
            [nameof(NewPasswordPage.ReturnUrl)] = back,
            [nameof(NewPasswordPage.Fault)] = fault,
        },
        fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    private static IResult Page(HttpContext context, AccountService service, string? fault)
    {
        var caller = Caller.Of(context);
        return PageResult.Form<AccountPage>(
            context,
            new()
            {
                [nameof(AccountPage.User)] = caller.User,
                [nameof(AccountPage.Current)] = caller.Session!.Id,
                [nameof(AccountPage.Sessions)] = service.Sessions(caller.User!),
                [nameof(AccountPage.Latest)] = service.Latest(caller.User!),
                [nameof(AccountPage.Fault)] = fault,
                [nameof(AccountPage.Done)] = context.Request.Query["done"].ToString() switch
                {
                    "name" => "The name is changed.",
                    "password" => "The password is changed. All other devices are signed out.",
                    "sessions" => "Done: what was ended is signed out.",
                    _ => null,
                },
            },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
