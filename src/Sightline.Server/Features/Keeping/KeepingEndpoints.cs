using System.Globalization;
using Sightline.Core.Model;
using Sightline.Server.Access;
using Sightline.Server.Features.Settings;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Keeping;

/// <summary><c>/projects/{id}/metrics</c>: how a project's metrics are kept, as carbon's own files say it.</summary>
internal static class KeepingEndpoints
{
    private const string Root = "/projects/{id}/metrics";

    public static IServiceCollection AddKeeping(this IServiceCollection services) =>
        services.AddSingleton(static provider => provider.GetRequiredService<DataPath>().StorageRules).AddSingleton<KeepingService>();

    public static void MapKeeping(this IEndpointRouteBuilder app)
    {
        app.MapGet(Root, (string id, string? name, string? saved, HttpContext context, KeepingService keeping, ProjectSettings settings) =>
        {
            var project = Find(id, settings);
            return Page(context, project, keeping.TextsOf(project.Id), saved is not null, name, name is { Length: > 0 } ? keeping.Try(project.Id, name) : null, []);
        }).RequireRight(Right.ChangeProject);
        app.MapPost(Root, async (string id, HttpContext context, KeepingService keeping, ProjectSettings settings) =>
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var project = Find(id, settings);
            // Browsers send lines as CR LF.
            var texts = new StorageRules(form["schemas"].ToString().ReplaceLineEndings("\n"), form["aggregation"].ToString().ReplaceLineEndings("\n"),
                form["rewrites"].ToString().ReplaceLineEndings("\n"), form["aggregates"].ToString().ReplaceLineEndings("\n"));
            // Counting blocks: not on the threads that serve requests.
            if (form["confirmed"] != "1" && await Task.Run(() => keeping.Cost(project.Id, texts)) is { } cost)
            {
                return Page(context, project, texts, false, null, null, [], cost);
            }

            var faults = keeping.Set(context, project, texts);
            return faults.Count > 0
                ? Page(context, project, texts, false, null, null, faults)
                : Results.LocalRedirect(string.Create(CultureInfo.InvariantCulture, $"~/projects/{project.Id}/metrics?saved=files"));
        }).RequireRight(Right.ChangeProject);
    }

    private static IResult Page(HttpContext context, Project project, StorageRules texts, bool saved, string? name, string? answer, IReadOnlyList<string> faults, string? cost = null) => PageResult.Form<KeepingPage>(
        context,
        new()
        {
            [nameof(KeepingPage.Project)] = project,
            [nameof(KeepingPage.Texts)] = texts,
            [nameof(KeepingPage.Saved)] = saved,
            [nameof(KeepingPage.Name)] = name,
            [nameof(KeepingPage.Answer)] = answer,
            [nameof(KeepingPage.Faults)] = faults,
            [nameof(KeepingPage.Cost)] = cost,
        },
        faults.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    // The gate let the request pass, so the project was there a moment ago.
    private static Project Find(string id, ProjectSettings settings) =>
        settings.Find(uint.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture)) ?? throw new BadHttpRequestException("the project was removed", StatusCodes.Status404NotFound);
}
