namespace Sightline.Store.Settings;

/// <summary>A token as lists show it; the secret itself is not known any more.</summary>
public sealed record Token(uint Id, string Name, TokenScopes Scopes, uint? Project, long CreatedMs, long? LastUsedMs);
