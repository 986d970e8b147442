using System.Globalization;
using Sightline.Server.Access;
using Sightline.Server.Show;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.People;

/// <summary><c>/projects/{id}/activity</c> and <c>/activity</c>: who did what, when.</summary>
internal static class ActivityEndpoints
{
    private const int PageSize = 100;

    public static void MapActivity(this IEndpointRouteBuilder app)
    {
        app.MapGet("/projects/{id}/activity", Page).RequireRight(Right.ChangeMembers);
        app.MapGet("/activity", Page).RequireRight(Right.RunServer);
    }

    private static IResult Page(HttpContext context, ActivityLog activity, ProjectDirectory projects)
    {
        uint? project = context.Request.RouteValues["id"] is string id ? uint.Parse(id, NumberStyles.None, CultureInfo.InvariantCulture) : null;
        var page = int.TryParse(context.Request.Query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) ? Math.Clamp(wanted, 1, 10_000) : 1;
        // One more than is shown tells whether there is a next page.
        var entries = activity.List(project, PageSize + 1, (page - 1) * PageSize);
        return PageResult.Page<ActivityPage>(context, new()
        {
            [nameof(ActivityPage.Project)] = project is { } number && projects.TryGetById(number, out var found) ? found : null,
            [nameof(ActivityPage.Entries)] = entries.Take(PageSize).ToList(),
            [nameof(ActivityPage.Number)] = page,
            [nameof(ActivityPage.HasNext)] = entries.Count > PageSize,
            [nameof(ActivityPage.Path)] = context.Request.Path.Value,
        });
    }
}
