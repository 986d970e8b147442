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
    QueryAccess Check(string? bearerToken, uint projectId, out Project? project);
}

/// <summary>By the tokens of the settings: scope read.</summary>
internal sealed class TokenQueryAuthorizer(ProjectDirectory directory) : IQueryAuthorizer
{
    public QueryAccess Check(string? bearerToken, uint projectId, out Project? project)
    {
        project = null;
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
