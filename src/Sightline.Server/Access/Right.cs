namespace Sightline.Server.Access;

/// <summary>What a caller may do. Who has which is in <see cref="Rights"/>, and nowhere else.</summary>
internal enum Right
{
    /// <summary>See a project and its numbers.</summary>
    SeeNumbers,
    /// <summary>Change a project's goals, notes, segments and saved views.</summary>
    EditReports,
    /// <summary>Change a project's settings: domains, exclusions, retention, shared links.</summary>
    ChangeProject,
    /// <summary>Invite, change and remove a project's members; see its activity log.</summary>
    ChangeMembers,
    /// <summary>Export and erase what is stored of one visitor.</summary>
    HandlePeople,
    /// <summary>Make and revoke tokens that reach one project.</summary>
    ChangeTokens,
    /// <summary>Everything that is not of one project: projects themselves, owners, tokens for all projects, the server.</summary>
    RunServer,
}
