using Sightline.Core.Model;
using Sightline.Server.Features.Overview;
using Sightline.Store.Settings;

namespace Sightline.Server.Features.Sharing;

/// <summary>What a request without an account may see: one project, maybe a part of it.</summary>
/// <param name="Project">The project.</param>
/// <param name="Path">Where its view is.</param>
/// <param name="Link">The link it came by; <see langword="null"/>: the project is public.</param>
internal sealed record SharedView(Project Project, string Path, SharedLink? Link)
{
    /// <summary>The view that was let in to this request.</summary>
    public static SharedView Of(HttpContext context) => context.Features.Get<SharedView>() ?? throw new InvalidOperationException("the route has no shared view");

    /// <summary>What the address asks for, within what may be seen.</summary>
    public OverviewState State(IQueryCollection query)
    {
        var state = OverviewState.Parse(Project.Id, query);
        OverviewState? scope = Link is null ? null : OverviewState.Parse(Project.Id, new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(Link.Filters)));
        var isScoped = scope is { Filters.Count: > 0 } || Link?.Segment is not null;
        return state with
        {
            // Segments are the team's. And what visitors did besides lies outside of a scope: asking for it would tell.
            Filters = [.. state.Filters.Where(filter => !filter.IsSegment && (!isScoped || filter.Scope == FilterScope.Events))],
            SharedPath = Path,
            IsPlain = Link is null,
            Fixed = scope?.Filters ?? [],
            FixedSegment = Link?.Segment,
        };
    }
}
