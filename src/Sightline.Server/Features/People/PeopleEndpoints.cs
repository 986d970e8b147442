using System.Globalization;
using Sightline.Server.Access;
using Sightline.Server.Features.Accounts;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.People;

/// <summary><c>/projects/{id}/members</c> for admins of a project, <c>/people</c> for owners.</summary>
internal static class PeopleEndpoints
{
    private const string Members = "/projects/{id}/members";
    private const string People = "/people";

    public static IServiceCollection AddPeople(this IServiceCollection services) =>
        services.AddSingleton<InvitationStore>().AddSingleton<PeopleService>().AddSingleton<InvitationService>().AddSingleton<TokenStore>();

    public static void MapPeople(this IEndpointRouteBuilder app)
    {
        Map(app, Members, Right.ChangeMembers);
        Map(app, People, Right.RunServer);
        app.MapPost(Members + "/{user}/role", (HttpContext context, PeopleService people, ProjectDirectory projects) => DoAsync(context, people, projects, (project, form) =>
            people.SetRole(context, Number(context, "user"), project!.Value, ReadRole(form["role"])))).RequireRight(Right.ChangeMembers).RequireProof();
        app.MapPost(Members + "/{user}/remove", (HttpContext context, PeopleService people, ProjectDirectory projects) => DoAsync(context, people, projects, (project, _) =>
            people.RemoveMember(context, Number(context, "user"), project!.Value))).RequireRight(Right.ChangeMembers).RequireProof();
        app.MapPost(People + "/{user}/remove", (HttpContext context, PeopleService people, ProjectDirectory projects) => DoAsync(context, people, projects, (_, _) =>
            people.RemoveAccount(context, Number(context, "user")))).RequireRight(Right.RunServer).RequireProof();
        app.MapPost(People + "/{user}/end-owner", (HttpContext context, PeopleService people, ProjectDirectory projects) => DoAsync(context, people, projects, (_, _) =>
            people.EndOwner(context, Number(context, "user")))).RequireRight(Right.RunServer).RequireProof();
        app.MapPost(People + "/{user}/reset-second-factor", (HttpContext context, PeopleService people, ProjectDirectory projects, SecondFactorService factors) => DoAsync(context, people, projects, (_, _) =>
            factors.Reset(context, Number(context, "user")))).RequireRight(Right.RunServer).RequireProof();
        app.MapPost(People + "/rules", (HttpContext context, PeopleService people, ProjectDirectory projects) => DoAsync(context, people, projects, (_, form) =>
            people.SetRules(context, new SignInRules(form["second-factor"] == "on", form["short-sessions"] == "on")))).RequireRight(Right.RunServer).RequireProof();
        app.MapInvitations();
        app.MapTokens();
        app.MapActivity();
    }

    // What both have.
    private static void Map(IEndpointRouteBuilder app, string path, Right right)
    {
        app.MapGet(path, (HttpContext context, PeopleService people, ProjectDirectory projects) => Page(context, people, projects, null)).RequireRight(right);
        app.MapPost(path + "/invite", InviteAsync).RequireRight(right).RequireProof();
        app.MapPost(path + "/invitations/{invitation}/withdraw", (HttpContext context, PeopleService people, ProjectDirectory projects) => DoAsync(context, people, projects, (project, _) =>
            people.Withdraw(context, Number(context, "invitation"), project))).RequireRight(right);
    }

    private static async Task<IResult> InviteAsync(HttpContext context, PeopleService people, ProjectDirectory projects, ServeOptions options)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        try
        {
            var project = ProjectOf(context);
            var secret = people.Invite(context, form["email"].ToString(), project, project is null ? Role.Owner : ReadRole(form["role"]));
            var url = options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}";
            // The link is in this answer and nowhere else.
            return secret is null ? Results.LocalRedirect(Path(context)) : Page(context, people, projects, null, link: $"{url}/invite/{secret}");
        }
        catch (SettingsException exception)
        {
            return Page(context, people, projects, exception.Message);
        }
    }

    private static async Task<IResult> DoAsync(HttpContext context, PeopleService people, ProjectDirectory projects, Action<uint?, IFormCollection> change)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        try
        {
            change(ProjectOf(context), form);
            return Results.LocalRedirect(Path(context));
        }
        catch (SettingsException exception)
        {
            return Page(context, people, projects, exception.Message);
        }
    }

    private static IResult Page(HttpContext context, PeopleService people, ProjectDirectory projects, string? fault, string? link = null)
    {
        var project = ProjectOf(context);
        return PageResult.Form<PeoplePage>(
            context,
            new()
            {
                [nameof(PeoplePage.Project)] = project is { } id && projects.TryGetById(id, out var found) ? found : null,
                [nameof(PeoplePage.Path)] = Path(context)[1..],
                [nameof(PeoplePage.Members)] = people.Members(project),
                [nameof(PeoplePage.Invitations)] = people.Invitations(project),
                [nameof(PeoplePage.Self)] = Caller.Of(context).User?.Id ?? 0,
                [nameof(PeoplePage.Rules)] = people.Rules,
                [nameof(PeoplePage.Fault)] = fault,
                [nameof(PeoplePage.Link)] = link,
                [nameof(PeoplePage.ProjectNames)] = projects.All.ToDictionary(one => one.Id, one => one.Name),
            },
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static string Path(HttpContext context) => ProjectOf(context) is { } project ? string.Create(CultureInfo.InvariantCulture, $"~/projects/{project}/members") : "~" + People;

    private static uint? ProjectOf(HttpContext context) => context.Request.RouteValues.ContainsKey("id") ? Number(context, "id") : null;

    // What is no number names nobody: no id is 0.
    private static uint Number(HttpContext context, string name) =>
        uint.TryParse(context.Request.RouteValues[name] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static Role ReadRole(string? text) => text switch
    {
        "viewer" => Role.Viewer,
        "editor" => Role.Editor,
        "admin" => Role.Admin,
        _ => throw new InvalidSettingException("a role in a project is viewer, editor or admin"),
    };
}
