using Sightline.Server.Access;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Accounts;

/// <summary>
/// Asks for the password, or a passkey, before what matters is changed by a session that is not fresh: somebody may have sat down at an
/// open screen. The form that was sent is shown again with the question, so that nothing is typed twice.
/// </summary>
internal sealed class Confirmation(
    SessionStore sessions, Passwords passwords, PasskeyService passkeys, SignInThrottle throttle, SessionCookie cookie, ActivityLog activity, TimeProvider time) : IProof
{
    /// <summary>How long a sign-in, or an answer, counts.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(15);

    internal const string PasswordField = "confirm-password";
    internal const string CredentialField = "confirm-credential";

    public async Task<IResult?> AskAsync(HttpContext context, Caller caller)
    {
        // Tokens, and this machine's own browser, have proven themselves with this very request.
        if (caller.User is not { } user || caller.Session is not { } session || IsFresh(session))
        {
            return null;
        }

        if (context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            return Results.Json(new { error = "confirmation_needed", message = "Confirm who you are on a page, or use a token." }, statusCode: StatusCodes.Status403Forbidden);
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return Page(context, user, null, [], ConfirmEndpoints.Path, context.Request.Path + context.Request.QueryString);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var fault = await FaultAsync(context, user, form);
        if (fault is not null || (!form.ContainsKey(PasswordField) && !form.ContainsKey(CredentialField)))
        {
            var fields = form.Where(field => field.Key is not (PasswordField or CredentialField) && !field.Key.StartsWith("__", StringComparison.Ordinal))
                .SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? ""))).ToList();
            return Page(context, user, fault, fields, context.Request.Path, null);
        }

        sessions.SaveProof(session.Id);
        return null;
    }

    public bool IsProven(Caller caller) => caller.Session is { } session && IsFresh(session);

    // The distance: a clock that was set back must not make a session fresh for a year.
    private bool IsFresh(UserSession session) => Math.Abs(time.GetUtcNow().ToUnixTimeMilliseconds() - session.ProvedMs) < Lasts.TotalMilliseconds;

    private async Task<string?> FaultAsync(HttpContext context, User user, IFormCollection form)
    {
        if (form[CredentialField].ToString() is { Length: > 0 } credential)
        {
            return await passkeys.FinishUseAsync(context, credential, user) is null ? "That passkey was not accepted. Try again, or give your password." : null;
        }

        if (!form.ContainsKey(PasswordField))
        {
            return null;
        }

        var (key, address) = (EmailAddress.Key(user.Email), cookie.AddressOf(context));
        if (!throttle.TryTake(key, address, out var wait))
        {
            return $"Too many attempts: try again in {Format.Duration((int)Math.Ceiling(wait.TotalSeconds))}.";
        }

        if (!passwords.Verify(user, form[PasswordField].ToString(), out _))
        {
            activity.Add(user.Email, "failed to confirm the password", "", null, address);
            return "The password is not right.";
        }

        throttle.GiveBack(key, address);
        return null;
    }

    private IResult Page(HttpContext context, User user, string? fault, IReadOnlyList<KeyValuePair<string, string>> fields, string action, string? returnUrl) => PageResult.Form<ConfirmPage>(
        context,
        new()
        {
            [nameof(ConfirmPage.User)] = user,
            [nameof(ConfirmPage.Action)] = action,
            [nameof(ConfirmPage.ReturnUrl)] = returnUrl,
            [nameof(ConfirmPage.Fields)] = fields,
            [nameof(ConfirmPage.HasPasskey)] = user.HasPasskey && passkeys.Place.Obstacle(context) is null,
            [nameof(ConfirmPage.Fault)] = fault,
        },
        fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
