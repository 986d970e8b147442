namespace Sightline.Store.Settings;

/// <summary>What a token may do. Stored as numbers: they never change meaning.</summary>
[Flags]
public enum TokenScopes
{
    None = 0,
    /// <summary>Ask: queries, reports, exports.</summary>
    Read = 1,
    /// <summary>Change settings of a project.</summary>
    Write = 2,
    /// <summary>Send what needs trust: old times, visitors' addresses.</summary>
    Ingest = 4,
    /// <summary>Everything above, and projects and tokens themselves.</summary>
    Admin = 8,
}
