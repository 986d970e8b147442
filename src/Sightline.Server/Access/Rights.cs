using Sightline.Store.Settings;

namespace Sightline.Server.Access;

/// <summary>The table of rights: the least role of a person, and the scope of a token, that has each.</summary>
internal static class Rights
{
    /// <summary>The role from which on a person has the right.</summary>
    public static Role LeastRole(Right right) => right switch
    {
        Right.SeeNumbers => Role.Viewer,
        Right.EditReports => Role.Editor,
        Right.ChangeProject => Role.Admin,
        Right.ChangeMembers => Role.Admin,
        Right.HandlePeople => Role.Admin,
        Right.ChangeTokens => Role.Admin,
        Right.RunServer => Role.Owner,
        _ => throw new ArgumentOutOfRangeException(nameof(right), right, "not a right"),
    };

    /// <summary>The scope a token needs. Scope admin includes every other.</summary>
    public static TokenScopes Scope(Right right) => right switch
    {
        Right.SeeNumbers => TokenScopes.Read,
        Right.EditReports or Right.ChangeProject => TokenScopes.Write,
        Right.ChangeMembers or Right.HandlePeople or Right.ChangeTokens or Right.RunServer => TokenScopes.Admin,
        _ => throw new ArgumentOutOfRangeException(nameof(right), right, "not a right"),
    };

    /// <summary>The right is about the server as a whole and is never held for a project only.</summary>
    public static bool IsOfServer(Right right) => right == Right.RunServer;
}
