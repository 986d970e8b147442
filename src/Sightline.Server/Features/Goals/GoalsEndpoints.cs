using System.Globalization;
using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Goals;

/// <summary><c>/projects/{id}/goals</c>: what visitors are wanted to do, and how many do.</summary>
internal static class GoalsEndpoints
{
    private const string Root = "/projects/{id}/goals";

    public static IServiceCollection AddGoals(this IServiceCollection services) => services
        .AddSingleton<GoalsService>().AddSingleton(provider => new ProjectStore(provider.GetRequiredService<SettingsDb>(), provider.GetRequiredService<TimeProvider>()));

    public static void MapGoals(this IEndpointRouteBuilder app)
    {
        var (read, write) = app.ForProjects(Right.EditReports);
        read.MapGet(Root, ShowAsync);
        write.MapPost(Root, (string id, HttpContext context, ProjectGate gate, GoalsService goals, ProjectStore store) =>
            WriteAsync(id, context, gate, goals, (project, form) => store.Update(project.Id, new ProjectChange(), [Goal(form)])));
        write.MapPost(Root + "/{goal}", (string id, string goal, HttpContext context, ProjectGate gate, GoalsService goals, ProjectStore store) =>
            WriteAsync(id, context, gate, goals, (project, form) =>
            {
                if (!store.ChangeGoal(project.Id, Number(goal), Goal(form)))
                {
                    throw new InvalidSettingException("this goal is gone");
                }
            }));
        write.MapPost(Root + "/{goal}/remove", (string id, string goal, HttpContext context, ProjectGate gate, GoalsService goals, ProjectStore store) =>
            WriteAsync(id, context, gate, goals, (project, _) => store.Update(project.Id, new ProjectChange(), removeGoals: [Number(goal)])));
    }

    private static async Task<IResult> ShowAsync(string id, HttpContext context, ProjectGate gate, GoalsService goals, CancellationToken cancellationToken)
    {
        if (gate.Find(context, id, out var project) is { } refusal)
        {
            return refusal;
        }

        return await PageAsync(context, gate, goals, project, null, cancellationToken);
    }

    private static async Task<IResult> WriteAsync(string id, HttpContext context, ProjectGate gate, GoalsService goals, Action<Project, IFormCollection> write)
    {
        var (refusal, project) = await gate.FindToWriteAsync(context, id);
        if (refusal is not null)
        {
            return refusal;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        try
        {
            write(project, form);
        }
        catch (SettingsException e)
        {
            return await PageAsync(context, gate, goals, project, e.Message, context.RequestAborted, context.Request.Path.Value!.EndsWith("/goals", StringComparison.Ordinal) ? Goal(form) : null);
        }

        return Results.LocalRedirect($"/projects/{project.Id}/goals");
    }

    private static Task<IResult> PageAsync(HttpContext context, ProjectGate gate, GoalsService goals, Project project, string? fault, CancellationToken cancellationToken, NewGoal? typed = null) =>
        OverviewEndpoints.AnswerAsync(context, project.Id, async () =>
        {
            var state = OverviewState.Parse(project.Id, context.Request.Query);
            return PageResult.Page<GoalsPage>(context, new()
            {
                [nameof(GoalsPage.Model)] = await goals.LoadAsync(project, state, cancellationToken),
                [nameof(GoalsPage.Fault)] = fault,
                [nameof(GoalsPage.Typed)] = typed,
                [nameof(GoalsPage.Form)] = gate.MayWrite(context, project.Id) ? gate.FormToken(context) : null,
            }, fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
        });

    private static NewGoal Goal(IFormCollection form)
    {
        var what = form["what"].ToString();
        return form["kind"] == "path" ? new NewGoal(form["name"].ToString(), null, what) : new NewGoal(form["name"].ToString(), what, null);
    }

    private static uint Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new InvalidSettingException("there is no such goal");
}
