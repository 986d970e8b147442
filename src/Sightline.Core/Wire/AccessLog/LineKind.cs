namespace Sightline.Core.Wire.AccessLog;

/// <summary>What a line of an access log turned out to be.</summary>
public enum LineKind : byte
{
    Event,
    Dropped,
    /// <summary>Blank, or a comment or directive (<c>#</c>): nothing that a server answered.</summary>
    NotRecord,
}
