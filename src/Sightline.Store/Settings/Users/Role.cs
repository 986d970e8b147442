namespace Sightline.Store.Settings;

/// <summary>What a person is in a project; each includes those before it. Stored as numbers: they never change meaning.</summary>
public enum Role
{
    /// <summary>Sees its numbers.</summary>
    Viewer = 1,
    /// <summary>Also changes goals, notes and segments.</summary>
    Editor = 2,
    /// <summary>Also changes its settings, members and tokens.</summary>
    Admin = 3,
    /// <summary>Everything, in every project and on the server. Not of one project: <see cref="User.IsOwner"/>.</summary>
    Owner = 4,
}
