using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Access;

/// <summary>
/// Stands before every route: finds out who asks where that matters, refuses who may not, and takes no write of a browser that does not
/// prove, by a form's token, that one of our own pages sent it.
/// </summary>
internal sealed partial class AccessGate(
    CallerReader callers, ProjectDirectory projects, IAntiforgery antiforgery, SignInRuleStore rules, IProof proof, LiveRight live, ServeOptions options, ILogger<AccessGate> logger)
{
    public const string SignInPath = "/sign-in";
    public const string NewPasswordPath = "/account/new-password";
    public const string SecondFactorPath = "/account/second-factor";
    public const string ConfirmPath = "/account/confirm";
    public const string SignOutPath = "/sign-out";

    /// <summary>Where scripts put a form's token.</summary>
    public const string FormTokenHeader = "X-Form-Token";

    private const long MostFormBytes = 256 * 1024;

    private readonly HostRule _host = new(options);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        // Senders first: theirs is the busy road, and nothing here concerns them.
        if (context.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is not { } rule)
        {
            if (context.GetEndpoint() is { } endpoint)
            {
                LogUndeclared(endpoint.DisplayName);
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return;
            }

            await next(context);
            return;
        }

        if (rule.Kind is AccessKind.IngestKey or AccessKind.ControlSocket || (rule.Kind == AccessKind.TokenInEndpoint && !IsOwnQuestion(context)))
        {
            await next(context);
            return;
        }

        if (!rule.AnyHost && !_host.IsOurs(context.Request.Host))
        {
            // Whoever is called by a name that is not its own may be the target of a forged link, or of a cache to be poisoned.
            await PageResult.Message(
                context, StatusCodes.Status421MisdirectedRequest, "Another address", $"This server is reached at {options.PublicUrl}.", options.PublicUrl, "Go there").ExecuteAsync(context);
            return;
        }

        if (SessionCookie.IsSecure(options))
        {
            context.Response.Headers.StrictTransportSecurity = "max-age=31536000";
            // What arrives here as http has come to the proxy as https: cookies and origins are those of the address people see.
            context.Request.Scheme = Uri.UriSchemeHttps;
        }

        var caller = await callers.ReadAsync(context);
        context.Features.Set(caller);
        if (caller.User is { } user)
        {
            // Form tokens are bound to the person.
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user.Id.ToString(CultureInfo.InvariantCulture))], "session"));
        }

        if (Refusal(context, rule, caller) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        if (BuiltInPages.LeadsElsewhere(context))
        {
            // It has no visits, and so no goals, snippet or links for others.
            await Results.LocalRedirect($"~{BuiltInPages.First}").ExecuteAsync(context);
            return;
        }

        if (!IsSafe(context.Request.Method) && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = context.GetEndpoint()!.Metadata.GetMetadata<LargeForm>()?.MostBytes ?? MostFormBytes;
        }

        // To find the token in a large form, all of it would have to be read first: its address carries the token instead.
        if (context.GetEndpoint()!.Metadata.GetMetadata<LargeForm>() is not null && context.Request.Query["form"].ToString() is { Length: > 0 } formToken)
        {
            context.Request.Headers[FormTokenHeader] = formToken;
        }

        if (!IsSafe(context.Request.Method) && !IsApi(context) && !context.Request.HasFormContentType
            && !(caller.Token is not null && context.GetEndpoint()!.Metadata.GetMetadata<TakesJson>() is not null))
        {
            await PageResult.Message(
                context, StatusCodes.Status415UnsupportedMediaType, "Not a form", "Pages take what a form sends. Programs use the API under /api/v1.", "/", "To the first page").ExecuteAsync(context);
            return;
        }

        if (caller.Token is null && !IsSafe(context.Request.Method) && rule.Kind != AccessKind.TokenInEndpoint && !await antiforgery.IsRequestValidAsync(context))
        {
            await (IsApi(context)
                ? Error(StatusCodes.Status400BadRequest, "form_token", "A write by cookie needs the form token of a page.")
                : PageResult.Message(
                    context, StatusCodes.Status400BadRequest, "This form is too old",
                    "It was made before you signed in or out, or by another page. Nothing was changed. Go back, load the page again and repeat it.",
                    "/", "To the first page")).ExecuteAsync(context);
            return;
        }

        if (context.GetEndpoint()!.Metadata.GetMetadata<NeedsProof>() is not null && await proof.AskAsync(context, caller) is { } question)
        {
            await question.ExecuteAsync(context);
            return;
        }

        if (context.GetEndpoint()!.Metadata.GetMetadata<LiveAnswer>() is not null)
        {
            await live.RunAsync(context, rule, next);
            return;
        }

        await next(context);
    }

    // A question with a body (POST /api/v1/query) from a page of ours: browsers name the page a POST comes from, and no other site can say
    // it is us. It changes nothing, so it needs no form's token; who shows a token is judged by that alone.
    private bool IsOwnQuestion(HttpContext context)
    {
        var request = context.Request;
        return request.Headers.Authorization.Count == 0 && request.Headers.Origin is [{ } origin]
            && origin.Equals(SessionCookie.IsSecure(options) ? new Uri(options.PublicUrl!).GetLeftPart(UriPartial.Authority) : $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    // A page that a browser may have asked for with a token as Basic password: it asks the person again.
    private static bool IsReading(HttpContext context, AccessRule rule) => !IsApi(context) && rule.Right == Right.SeeNumbers;

    private static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal);

    private static IResult Error(int status, string error, string message) => Results.Json(new { error, message }, statusCode: status);

    private static IResult NotFound(HttpContext context) => IsApi(context)
        ? Error(StatusCodes.Status404NotFound, "not_found", "There is no such project.")
        : PageResult.Message(context, StatusCodes.Status404NotFound, "No such page", "There is nothing here, or it is not yours to see.", "/", "All projects");

    private IResult? Refusal(HttpContext context, AccessRule rule, Caller caller)
    {
        if (rule.Kind is AccessKind.Everyone or AccessKind.Shared)
        {
            return null;
        }

        if (rule.Kind == AccessKind.TokenInEndpoint && caller.User is null)
        {
            return null;
        }

        if (!caller.IsKnown || (rule.Kind == AccessKind.SignedIn && caller.User is null))
        {
            return SignInFirst(context);
        }

        if (caller.User is { } user && !context.Request.Path.Equals(SignOutPath, StringComparison.Ordinal) && Duty(context, user) is { } duty)
        {
            return duty;
        }

        if (rule.Kind is AccessKind.SignedIn or AccessKind.TokenInEndpoint)
        {
            return null;
        }

        if (rule.ProjectParameter is not { } parameter)
        {
            // A token without the scope shows nobody who could be asked for more: it is as good as none.
            return caller.CanAnywhere(rule.Right) ? null
                : caller.Token is { } token && !token.AllowsAnywhere(Rights.Scope(rule.Right)) && IsReading(context, rule) ? SignInFirst(context)
                : Forbidden(context, caller, rule.Right);
        }

        // What the caller may not see and what is not there look the same.
        var known = uint.TryParse(context.Request.RouteValues[parameter] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var project);
        if (caller.Token is not null && !caller.CanAnywhere(rule.Right))
        {
            return IsReading(context, rule) ? SignInFirst(context) : Forbidden(context, caller, rule.Right);
        }

        if (!known || !caller.Sees(project) || !projects.TryGetById(project, out _))
        {
            return NotFound(context);
        }

        return caller.Can(rule.Right, project) ? null : Forbidden(context, caller, rule.Right);
    }

    // What a person has to do before anything else is shown.
    private IResult? Duty(HttpContext context, User user)
    {
        if (user.MustChangePassword)
        {
            return context.Request.Path.Equals(NewPasswordPath, StringComparison.Ordinal) ? null
                : IsApi(context) ? Error(StatusCodes.Status403Forbidden, "password_change_needed", "The one-time password must be replaced first.")
                : Results.LocalRedirect($"~{NewPasswordPath}{Back(context.Request)}");
        }

        return user.HasSecondFactor || !rules.Get().RequireSecondFactor || context.Request.Path.StartsWithSegments(SecondFactorPath, StringComparison.Ordinal)
            || context.Request.Path.Equals(ConfirmPath, StringComparison.Ordinal) ? null
            : IsApi(context) ? Error(StatusCodes.Status403Forbidden, "second_factor_needed", "Everybody on this server needs a second factor: set one up first.")
            : Results.LocalRedirect($"~{SecondFactorPath}");
    }

    private static IResult Forbidden(HttpContext context, Caller caller, Right right) => IsApi(context)
        ? Error(
            StatusCodes.Status403Forbidden,
            "forbidden",
            caller.Token is { Project: not null } && Rights.IsOfServer(right)
                ? "The token is for one project and cannot do this for the server."
                : caller.Token is not null ? $"The token has no scope '{Rights.Scope(right).ToString().ToLowerInvariant()}'." : "Your role does not allow this.")
        : PageResult.Message(
            context, StatusCodes.Status403Forbidden, "Not allowed",
            $"This needs the role {Rights.LeastRole(right).ToString().ToLowerInvariant()}. Ask an admin of the project, or an owner of this server.", "/", "All projects");

    // What was asked for is shown once whatever stands before it is done.
    private static string Back(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Path != "/" ? $"?returnUrl={Uri.EscapeDataString(request.Path + request.QueryString)}" : "";

    private static IResult SignInFirst(HttpContext context)
    {
        var request = context.Request;
        if (IsApi(context))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Error(StatusCodes.Status401Unauthorized, "unauthorized", "A valid token is needed: Authorization: Bearer TOKEN.");
        }

        if (request.Headers.Authorization.Count == 0 && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return Results.LocalRedirect($"~{SignInPath}{Back(request)}");
        }

        // Programs: a token as Basic password or Bearer opens pages too.
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"Sightline\", charset=\"UTF-8\"";
        return PageResult.Message(
            context, StatusCodes.Status401Unauthorized, "Sign in first",
            "Programs give a token with scope read as the password; the user name does not matter.", SignInPath, "Sign in");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "route {Route} does not declare who may use it (RequireRight, AllowEveryone, ...): refused")]
    private partial void LogUndeclared(string? route);
}
