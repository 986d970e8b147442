using Sightline.Core.Queries.Explore;
using Sightline.Server.Access;
using Sightline.Server.Features.Overview;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Explorer;

/// <summary><c>/projects/{id}/explorer</c>: questions to all metrics of a project, and the rules that give their names tags.</summary>
internal static class ExplorerEndpoints
{
    private const string Root = "/projects/{id}/explorer";

    public static IServiceCollection AddExplorer(this IServiceCollection services) => services.AddSingleton<MetricRuleStore>().AddSingleton<ExplorerRules>().AddSingleton<ExplorerCatalogues>().AddSingleton<ExplorerService>();

    public static void MapExplorer(this IEndpointRouteBuilder app)
    {
        var (read, write) = app.ForProjects(Right.EditReports);
        read.MapGet(Root, async (string id, string? q, HttpContext context, ProjectGate gate, ExplorerService explorer, CancellationToken cancellationToken) =>
        {
            if (gate.Find(context, id, out var project) is { } refusal)
            {
                return refusal;
            }

            var model = await explorer.AskAsync(project, q?.Trim() ?? "", cancellationToken);
            return PageResult.Page<ExplorerPage>(context, new() { [nameof(ExplorerPage.Model)] = model }, model.Fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
        });
        read.MapGet(Root + "/suggest", async (string id, string? q, HttpContext context, ProjectGate gate, ExplorerService explorer, CancellationToken cancellationToken) =>
            gate.Find(context, id, out var project) ?? Results.Json(await explorer.CompleteAsync(project, q ?? "", cancellationToken)));
        read.MapGet(Root + "/rules", (string id, HttpContext context, ProjectGate gate, ExplorerRules rules) =>
            gate.Find(context, id, out var project) ?? Rules(context, gate, project, rules.TextOf(project.Id), null));
        write.MapPost(Root + "/rules", async (string id, HttpContext context, ProjectGate gate, ExplorerRules rules) =>
        {
            var (refusal, project) = await gate.FindToWriteAsync(context, id);
            if (refusal is not null)
            {
                return refusal;
            }

            var text = (await context.Request.ReadFormAsync(context.RequestAborted))["rules"].ToString();
            try
            {
                rules.Set(project.Id, text);
            }
            catch (Exception fault) when (fault is ExploreException or InvalidSettingException)
            {
                return Rules(context, gate, project, text, fault.Message);
            }

            return Results.LocalRedirect($"/projects/{project.Id}/explorer/rules");
        });
    }

    private static IResult Rules(HttpContext context, ProjectGate gate, Core.Model.Project project, string text, string? fault) =>
        PageResult.Form<ExplorerRulesPage>(context, new()
        {
            [nameof(ExplorerRulesPage.Project)] = project,
            [nameof(ExplorerRulesPage.Text)] = text,
            [nameof(ExplorerRulesPage.Fault)] = fault,
            [nameof(ExplorerRulesPage.Form)] = gate.MayWrite(context, project.Id) ? gate.FormToken(context) : null,
        }, fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
}
