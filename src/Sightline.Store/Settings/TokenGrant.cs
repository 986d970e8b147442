namespace Sightline.Store.Settings;

/// <summary>What a valid token allows.</summary>
/// <param name="TokenId">Id of the token, for logs: never the token itself.</param>
/// <param name="Name">Name its owner gave it.</param>
/// <param name="Scopes">What it may do; <see cref="TokenScopes.Admin"/> includes the rest.</param>
/// <param name="Project">The only project it may touch; <see langword="null"/>: all.</param>
public sealed record TokenGrant(uint TokenId, string Name, TokenScopes Scopes, uint? Project)
{
    public bool Allows(TokenScopes scope, uint project) => AllowsAnywhere(scope) && (Project is null || Project == project);

    /// <summary>Has the scope for at least one project.</summary>
    public bool AllowsAnywhere(TokenScopes scope) => (Scopes & (scope | TokenScopes.Admin)) != 0;
}
