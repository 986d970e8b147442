using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Overview;

/// <summary>The way to every page of a project: who may see it, who may change it, and what the others are told.</summary>
internal sealed class ProjectGate(PageAccess access, ProjectDirectory projects, IAntiforgery antiforgery)
{
    /// <summary>The project; or the answer for somebody who may not see it.</summary>
    public IResult? Find(HttpContext context, string id, out Project project)
    {
        project = null!;
        var number = uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        var verdict = access.Judge(context, number);
        if (!verdict.Allowed)
        {
            return Refuse(context, verdict);
        }

        if (!projects.TryGetById(number, out var found))
        {
            return NotFound(context);
        }

        project = found;
        return null;
    }

    /// <summary>The project; or, as the API says it, that there is none for who asks.</summary>
    public IResult? FindForApi(HttpContext context, string id, out Project project)
    {
        project = null!;
        var number = uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        var verdict = access.Judge(context, number);
        if (!verdict.Allowed && !verdict.IsKnown)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Results.Json(new { error = "unauthorized", message = "A valid token is needed: Authorization: Bearer TOKEN." }, statusCode: StatusCodes.Status401Unauthorized);
        }

        if (!verdict.Allowed || !projects.TryGetById(number, out var found))
        {
            return Results.Json(new { error = "not_found", message = "There is no such project." }, statusCode: StatusCodes.Status404NotFound);
        }

        project = found;
        return null;
    }

    /// <summary>May who asks change the reports of the project: its goals, notes and views?</summary>
    public bool MayWrite(HttpContext context, uint project) => access.Judge(context, project).Allowed && Caller.Of(context).Can(Right.EditReports, project);

    /// <summary>The project, for who may change it and shows by the form's token that one of our pages asked; or the answer for others.</summary>
    public async Task<(IResult? Refusal, Project Project)> FindToWriteAsync(HttpContext context, string id)
    {
        if (Find(context, id, out var project) is { } refusal)
        {
            return (refusal, project);
        }

        if (!MayWrite(context, project.Id))
        {
            return (PageResult.Message(
                context, StatusCodes.Status403Forbidden, "Not allowed", "You may look at this project, not change it.", new OverviewState { Project = project.Id }.Path, "To the project"), project);
        }

        return await antiforgery.IsRequestValidAsync(context)
            ? (null, project)
            : (PageResult.Message(
                context, StatusCodes.Status400BadRequest, "This form is too old", "Nothing was changed. Load the page again and repeat it.",
                new OverviewState { Project = project.Id }.Path, "To the project"), project);
    }

    /// <summary>Name and value of the hidden field that a form of this page carries.</summary>
    public (string Name, string Value) FormToken(HttpContext context)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        return (tokens.FormFieldName, tokens.RequestToken ?? throw new InvalidOperationException("no form token was made"));
    }

    public static IResult NotFound(HttpContext context) =>
        PageResult.Message(context, StatusCodes.Status404NotFound, "No such project", "There is no project here, or it is not yours to see.", "/", "All projects");

    public static IResult Refuse(HttpContext context, PageVerdict verdict)
    {
        if (verdict.IsKnown)
        {
            return NotFound(context);
        }

        context.Response.Headers.WWWAuthenticate = "Basic realm=\"Sightline\", charset=\"UTF-8\"";
        return PageResult.Message(
            context, StatusCodes.Status401Unauthorized, "A token is needed",
            "Make one on the server with: sightline token add NAME --scope read. Give it as the password; the user name does not matter.");
    }
}
