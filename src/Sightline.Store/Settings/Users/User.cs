namespace Sightline.Store.Settings;

/// <summary>A person with an account.</summary>
public sealed record User
{
    public required uint Id { get; init; }

    /// <summary>As it was written.</summary>
    public required string Email { get; init; }

    /// <summary>How others see the person.</summary>
    public required string Name { get; init; }

    /// <summary>May do everything, in every project and on the server.</summary>
    public bool IsOwner { get; init; }

    /// <summary>By Identity's hasher; <see langword="null"/>: no sign-in by password.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>The password was given by somebody else: nothing is shown before it is replaced.</summary>
    public bool MustChangePassword { get; init; }

    /// <summary>Changes with each secret; a session made under another stamp is over.</summary>
    public required string SecurityStamp { get; init; }

    /// <summary>What the authenticator app shares, sealed by whoever set it; <see langword="null"/>: none is set up.</summary>
    public byte[]? TotpSecret { get; init; }

    public bool HasPasskey { get; init; }

    /// <summary>A password alone does not sign in.</summary>
    public bool HasSecondFactor => TotpSecret is not null || HasPasskey;

    /// <summary>Unix milliseconds UTC.</summary>
    public long CreatedMs { get; init; }

    /// <summary>Unix milliseconds UTC; <see langword="null"/>: never yet.</summary>
    public long? LastSignInMs { get; init; }

    /// <summary>Roles by project. Empty for owners, who need none.</summary>
    public IReadOnlyDictionary<uint, Role> Roles { get; init; } = new Dictionary<uint, Role>();

    /// <summary>The role in a project; <see langword="null"/>: none, the project does not exist for the person.</summary>
    public Role? RoleIn(uint project) => IsOwner ? Role.Owner : Roles.TryGetValue(project, out var role) ? role : null;
}
