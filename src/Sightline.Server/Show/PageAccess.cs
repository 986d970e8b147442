using Sightline.Server.Access;
using Sightline.Store.Settings;

namespace Sightline.Server.Show;

/// <summary>
/// What a page may show whom. That the caller may be there at all was decided before, by the <see cref="AccessGate"/> and what the route
/// declares.
/// </summary>
internal sealed class PageAccess(ProjectDirectory projects)
{
    /// <param name="context">The request.</param>
    /// <param name="project">The project wanted; <see langword="null"/>: the list of all, of which each caller sees its own.</param>
    public PageVerdict Judge(HttpContext context, uint? project)
    {
        var caller = Caller.Of(context);
        return new PageVerdict(caller, project is { } wanted ? caller.Sees(wanted) && projects.TryGetById(wanted, out _) : caller.CanAnywhere(Right.SeeNumbers));
    }
}

/// <summary>Whether a page may be shown.</summary>
internal readonly record struct PageVerdict(Caller Caller, bool Allowed)
{
    /// <summary>The caller showed who it is; what it may not see does not exist for it.</summary>
    public bool IsKnown => Caller.IsKnown;

    /// <summary>The project may stand on a list.</summary>
    public bool Sees(uint project) => Caller.Can(Right.SeeNumbers, project);
}
