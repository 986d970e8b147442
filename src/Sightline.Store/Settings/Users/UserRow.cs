namespace Sightline.Store.Settings;

/// <summary>A row of <c>users</c>.</summary>
internal sealed class UserRow
{
    public long Id { get; init; }

    public string Email { get; init; } = "";

    public string Name { get; init; } = "";

    public bool IsOwner { get; init; }

    public string? PasswordHash { get; init; }

    public bool MustChangePassword { get; init; }

    public string SecurityStamp { get; init; } = "";

    public byte[]? TotpSecret { get; init; }

    public bool HasPasskey { get; init; }

    public long CreatedMs { get; init; }

    public long? LastSignInMs { get; init; }

    public User ToUser(IReadOnlyDictionary<uint, Role> roles) => new()
    {
        Id = (uint)Id,
        Email = Email,
        Name = Name,
        IsOwner = IsOwner,
        PasswordHash = PasswordHash,
        MustChangePassword = MustChangePassword,
        SecurityStamp = SecurityStamp,
        TotpSecret = TotpSecret,
        HasPasskey = HasPasskey,
        CreatedMs = CreatedMs,
        LastSignInMs = LastSignInMs,
        Roles = roles,
    };
}
