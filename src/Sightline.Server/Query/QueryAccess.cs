using Sightline.Core.Model;
using Sightline.Store.Settings;

namespace Sightline.Server.Query;

/// <summary>What a caller may see.</summary>
public enum QueryAccess
{
    Granted,
    /// <summary>No token, or none that is valid (401).</summary>
    NoToken,
    /// <summary>The token may not read at all (403).</summary>
    NotAllowed,
    /// <summary>There is no such project, or the token cannot see it: the answer is the same (404).</summary>
    NoProject,
}

/// <summary>Decides who may ask about a project.</summary>
public interface IQueryAuthorizer
{
    /// <param name="person">Who asks, if a page of ours does; by a role in the project.</param>
    /// <param name="bearerToken">Or a token.</param>
    /// <param name="projectId">About which project.</param>
    /// <param name="project">It, when granted.</param>
    QueryAccess Check(User? person, string? bearerToken, uint projectId, out Project? project);
}

/// <summary>By the roles and tokens of the settings: any role, scope read.</summary>
internal sealed class TokenQueryAuthorizer(ProjectDirectory directory) : IQueryAuthorizer
{
    public QueryAccess Check(User? person, string? bearerToken, uint projectId, out Project? project)
    {
        project = null;
        if (person is not null)
        {
            return person.RoleIn(projectId) is not null && directory.TryGetById(projectId, out project) ? QueryAccess.Granted : QueryAccess.NoProject;
        }

        if (bearerToken is null || directory.FindToken(bearerToken) is not { } grant)
        {
            return QueryAccess.NoToken;
        }
        if (!grant.AllowsAnywhere(TokenScopes.Read))
        {
            return QueryAccess.NotAllowed;
        }
        return grant.Allows(TokenScopes.Read, projectId) && directory.TryGetById(projectId, out project) ? QueryAccess.Granted : QueryAccess.NoProject;
    }
}
