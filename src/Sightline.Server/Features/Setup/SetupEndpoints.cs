using System.Globalization;
using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Features.Settings;
using Sightline.Server.Outgoing;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Setup;

/// <summary><c>/projects/new</c>, and <c>/projects/{id}/start</c>: the snippet, and the wait for the first event.</summary>
internal static class SetupEndpoints
{
    public const string NewPath = "/projects/new";

    public static IServiceCollection AddSetup(this IServiceCollection services) =>
        services.AddSingleton<OutgoingHttp>().AddSingleton<SiteCheck>().AddSingleton<FirstEvents>().AddSingleton<LiveFirst>();

    public static void MapSetup(this IEndpointRouteBuilder app)
    {
        app.MapSetupScript();
        app.MapGet(NewPath, (HttpContext context) => NewPage(context, new ProjectForm("", "", "UTC"), null)).RequireRight(Right.RunServer);
        app.MapPost(NewPath, AddAsync).RequireRight(Right.RunServer);
        app.MapGet("/projects/{id}/start", (string id, HttpContext context, ProjectDirectory projects, FirstEvents first, ServeOptions options) =>
            StartPageOf(context, Find(id, projects), first, options, "", null)).RequireRight(Right.SeeNumbers);
        app.MapPost("/projects/{id}/start/check", CheckAsync).RequireRight(Right.ChangeProject);
        app.MapGet("/projects/{id}/live/first", (string id, HttpContext context, ProjectDirectory projects, LiveFirst live) =>
            live.SendAsync(context, Find(id, projects))).RequireRight(Right.SeeNumbers).EndWithRight();
    }

    private static async Task<IResult> AddAsync(HttpContext context, SettingsDb settings, TimeProvider time, ActivityLog activity, SessionCookie cookie)
    {
        var fields = await context.Request.ReadFormAsync(context.RequestAborted);
        var form = new ProjectForm(fields["name"].ToString(), fields["domain"].ToString(), fields["zone"].ToString(), fields["week"].ToString() is { Length: > 0 } week ? week : "monday");
        try
        {
            var domains = form.Domain.Split([',', ' ', '\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var project = new ProjectStore(settings, time).Add(form.Name, new ProjectChange { Domains = domains, TimeZone = form.Zone, WeekStart = SettingWords.WeekStart(form.Week) });
            activity.Add(Caller.Of(context).Name, "made a project", project.Name, project.Id, cookie.AddressOf(context));
            return Results.LocalRedirect(string.Create(CultureInfo.InvariantCulture, $"~/projects/{project.Id}/start"));
        }
        catch (InvalidSettingException exception)
        {
            return NewPage(context, form, exception.Message);
        }
    }

    private static async Task<IResult> CheckAsync(
        string id, HttpContext context, ProjectDirectory projects, FirstEvents first, SiteCheck check, ServeOptions options)
    {
        var project = Find(id, projects);
        var address = (await context.Request.ReadFormAsync(context.RequestAborted))["address"].ToString();
        return StartPageOf(context, project, first, options, address, await check.LookAsync(project, address, new Uri(Url(context, options)), context.RequestAborted));
    }

    private static IResult NewPage(HttpContext context, ProjectForm form, string? fault) => PageResult.Form<NewProjectPage>(
        context,
        new() { [nameof(NewProjectPage.Form)] = form, [nameof(NewProjectPage.Fault)] = fault },
        fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    private static IResult StartPageOf(HttpContext context, Project project, FirstEvents first, ServeOptions options, string address, IReadOnlyList<Finding>? findings) =>
        PageResult.Form<StartPage>(context, new()
        {
            [nameof(StartPage.Project)] = project,
            [nameof(StartPage.Snippet)] = TrackerSnippet.For(Url(context, options), project.PublicKey),
            [nameof(StartPage.Arrivals)] = first.Of(project),
            [nameof(StartPage.Address)] = address.Length > 0 ? address : project.Domains.Where(domain => domain[0] != '*').Select(domain => $"https://{domain}/").FirstOrDefault() ?? "",
            [nameof(StartPage.Findings)] = findings,
            [nameof(StartPage.MayCheck)] = Caller.Of(context).Can(Right.ChangeProject, project.Id),
        });

    // The gate let the request pass, so the project was there a moment ago.
    private static Project Find(string id, ProjectDirectory projects) =>
        projects.TryGetById(uint.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture), out var project)
            ? project
            : throw new BadHttpRequestException("the project was removed", StatusCodes.Status404NotFound);

    private static string Url(HttpContext context, ServeOptions options) => options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}";
}
