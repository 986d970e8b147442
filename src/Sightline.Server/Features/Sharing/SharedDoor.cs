using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Sharing;

/// <summary>
/// Stands before every route that is seen without an account: finds the link or the public project, and answers 404 to everything else, so
/// that a link that never was, one that has ended and one that was revoked look the same.
/// </summary>
internal sealed class SharedDoor(SharedLinkStore links, ProjectDirectory projects, IDataProtectionProvider protection, SessionCookie sessions, TimeProvider time)
{
    private static readonly TimeSpan PasswordHolds = TimeSpan.FromHours(12);

    private readonly IDataProtector _seal = protection.CreateProtector("shared-link-password");

    /// <summary>The link of the route, whether or not its password was given.</summary>
    public SharedView? FindLink(string word) =>
        links.Find(word) is { } link && !link.HasEnded(Now) && projects.TryGetById(link.Project, out var project) ? new SharedView(project, "/s/" + link.Word, link) : null;

    /// <summary>The public project of the route, if <paramref name="isOpen"/> says that it shows this.</summary>
    public SharedView? FindPublic(string id, Func<Project, bool> isOpen) =>
        uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && projects.TryGetById(number, out var project) && isOpen(project)
            ? new SharedView(project, string.Create(CultureInfo.InvariantCulture, $"/public/{number}"), null) : null;

    /// <summary>The link asks for no password, or its password was given in this browser not long ago.</summary>
    public bool IsOpen(HttpContext context, SharedLink link)
    {
        if (link.PasswordHash is null)
        {
            return true;
        }

        try
        {
            return context.Request.Cookies[CookieOf(link)] is { Length: > 0 and < 1000 } sealedText
                && _seal.Unprotect(sealedText).Split('|') is [var proof, var until] && proof == Proof(link) && long.Parse(until, CultureInfo.InvariantCulture) > Now;
        }
        catch (CryptographicException)
        {
            // Not sealed by us, or with a key that is gone: the password is asked for again.
            return false;
        }
    }

    /// <summary>The password was right: this browser need not give it again for a while.</summary>
    public void Open(HttpContext context, SharedLink link)
    {
        var until = time.GetUtcNow() + PasswordHolds;
        var options = sessions.Options(context, until);
        context.Response.Cookies.Append(CookieOf(link), _seal.Protect(string.Create(CultureInfo.InvariantCulture, $"{Proof(link)}|{until.ToUnixTimeMilliseconds()}")), options);
    }

    public static IResult NotFound(HttpContext context) => PageResult.Message(
        context, StatusCodes.Status404NotFound, "Nothing is shared here", "The link has ended or was taken back, or it was not copied whole. Ask whoever sent it for a new one.");

    /// <summary>Lets in who has a link; the others get the page that asks for the password, or nothing.</summary>
    public static async ValueTask<object?> CheckLinkAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var context = call.HttpContext;
        var door = context.RequestServices.GetRequiredService<SharedDoor>();
        Unlisted(context);
        if (door.FindLink(context.Request.RouteValues["link"] as string ?? "") is not { Link: { } link } view)
        {
            return NotFound(context);
        }

        if (!door.IsOpen(context, link))
        {
            return SharingPages.Password(context, view, null, StatusCodes.Status401Unauthorized);
        }

        context.Features.Set(view);
        return await next(call);
    }

    /// <summary>Lets in everybody where the project says so.</summary>
    public static Func<EndpointFilterInvocationContext, EndpointFilterDelegate, ValueTask<object?>> CheckPublic(Func<Project, bool> isOpen) => async (call, next) =>
    {
        var context = call.HttpContext;
        var view = context.RequestServices.GetRequiredService<SharedDoor>().FindPublic(context.Request.RouteValues["project"] as string ?? "", isOpen);
        if (view is not { Project.IsIndexed: true })
        {
            Unlisted(context);
        }

        if (view is null)
        {
            return NotFound(context);
        }

        context.Features.Set(view);
        return await next(call);
    };

    private static void Unlisted(HttpContext context) => context.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private string CookieOf(SharedLink link) => string.Create(CultureInfo.InvariantCulture, $"{sessions.Name}-link-{link.Id}");

    // Of the hash, so that another password closes every browser.
    private static string Proof(SharedLink link) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{link.Id}|{link.PasswordHash}")));
}
