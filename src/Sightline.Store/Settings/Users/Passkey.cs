namespace Sightline.Store.Settings;

/// <summary>A WebAuthn credential of a person: what is kept of it, and nothing of it is secret.</summary>
public sealed record Passkey
{
    /// <summary>The credential's id, chosen by the authenticator.</summary>
    public required byte[] Credential { get; init; }

    /// <summary>Whose it is.</summary>
    public required uint User { get; init; }

    /// <summary>As the person called it.</summary>
    public required string Name { get; init; }

    /// <summary>COSE key.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>How often it signed, by its own count; 0: it does not count.</summary>
    public uint SignCount { get; init; }

    /// <summary>How browsers reach it: internal, hybrid, usb and so on.</summary>
    public IReadOnlyList<string> Transports { get; init; } = [];

    /// <summary>The person was asked for a finger, a face or a PIN.</summary>
    public bool IsUserVerified { get; init; }

    /// <summary>It may be copied to other devices of the person.</summary>
    public bool IsBackupEligible { get; init; }

    /// <summary>It is copied to other devices.</summary>
    public bool IsBackedUp { get; init; }

    /// <summary>What the authenticator said of itself when it was made.</summary>
    public byte[] Attestation { get; init; } = [];

    /// <summary>What the browser signed when it was made.</summary>
    public byte[] ClientData { get; init; } = [];

    /// <summary>Unix milliseconds UTC.</summary>
    public long CreatedMs { get; init; }

    /// <summary>Unix milliseconds UTC; <see langword="null"/>: never yet.</summary>
    public long? LastUsedMs { get; init; }
}
