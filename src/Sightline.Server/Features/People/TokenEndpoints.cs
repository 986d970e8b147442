using System.Globalization;
using Sightline.Server.Access;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.People;

/// <summary><c>/projects/{id}/tokens</c> for admins of a project, <c>/tokens</c> for owners: made, shown once, revoked.</summary>
internal static class TokenEndpoints
{
    private static readonly (string Name, TokenScopes Scope)[] Scopes =
        [("read", TokenScopes.Read), ("write", TokenScopes.Write), ("ingest", TokenScopes.Ingest), ("admin", TokenScopes.Admin)];

    public static void MapTokens(this IEndpointRouteBuilder app)
    {
        foreach (var (path, right) in new[] { ("/projects/{id}/tokens", Right.ChangeTokens), ("/tokens", Right.RunServer) })
        {
            app.MapGet(path, (HttpContext context, TokenStore tokens, ProjectDirectory projects) => Page(context, tokens, projects, null, null)).RequireRight(right);
            app.MapPost(path, AddAsync).RequireRight(right).RequireProof();
            app.MapPost(path + "/{token}/revoke", Revoke).RequireRight(right).RequireProof();
        }
    }

    private static async Task<IResult> AddAsync(HttpContext context, TokenStore tokens, ProjectDirectory projects, ActivityLog activity, SessionCookie cookie)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var project = ProjectOf(context);
        try
        {
            var scopes = Scopes.Where(scope => form["scope"].Contains(scope.Name)).Aggregate(TokenScopes.None, (all, scope) => all | scope.Scope);
            var (token, secret) = tokens.Add(form["name"].ToString(), scopes, project);
            activity.Add(Caller.Of(context).Name, "made a token", $"{token.Name} ({Words(token.Scopes)})", project, cookie.AddressOf(context));
            return Page(context, tokens, projects, null, secret);
        }
        catch (SettingsException exception)
        {
            return Page(context, tokens, projects, exception.Message, null);
        }
    }

    private static IResult Revoke(string token, HttpContext context, TokenStore tokens, ActivityLog activity, SessionCookie cookie)
    {
        var project = ProjectOf(context);
        // An admin of a project revokes its tokens, and no others.
        if (uint.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && tokens.List().FirstOrDefault(one => one.Id == id && (project is null || one.Project == project)) is { } found && tokens.Revoke(id))
        {
            activity.Add(Caller.Of(context).Name, "revoked a token", found.Name, found.Project, cookie.AddressOf(context));
        }

        return Results.LocalRedirect("~" + PathOf(project));
    }

    private static IResult Page(HttpContext context, TokenStore tokens, ProjectDirectory projects, string? fault, string? secret)
    {
        var project = ProjectOf(context);
        return PageResult.Form<TokensPage>(
            context,
            new()
            {
                [nameof(TokensPage.Project)] = project is { } id && projects.TryGetById(id, out var found) ? found : null,
                [nameof(TokensPage.Path)] = PathOf(project),
                [nameof(TokensPage.Tokens)] = tokens.List().Where(token => project is null || token.Project == project).ToList(),
                [nameof(TokensPage.Secret)] = secret,
                [nameof(TokensPage.Fault)] = fault,
            },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    internal static string Words(TokenScopes scopes) => string.Join(", ", Scopes.Where(scope => scopes.HasFlag(scope.Scope)).Select(scope => scope.Name));

    private static uint? ProjectOf(HttpContext context) =>
        context.Request.RouteValues["id"] is string id ? uint.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    private static string PathOf(uint? project) => project is { } id ? string.Create(CultureInfo.InvariantCulture, $"/projects/{id}/tokens") : "/tokens";
}
