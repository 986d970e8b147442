namespace Sightline.Store.Settings;

/// <summary>A link that shows one project to whoever has it.</summary>
/// <param name="Id">Never used twice.</param>
/// <param name="Project">The project it shows.</param>
/// <param name="Name">What its maker calls it.</param>
/// <param name="Word">In the address: cannot be guessed.</param>
/// <param name="PasswordHash">Of the password it asks for; <see langword="null"/>: none.</param>
/// <param name="Filters">Query of an address, whose filters hold for everything shown; empty: none.</param>
/// <param name="Segment">A segment that holds as well; <see langword="null"/>: none.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedMs">Unix milliseconds UTC.</param>
/// <param name="EndsMs">From then on it shows nothing; <see langword="null"/>: never.</param>
public sealed record SharedLink(
    long Id, uint Project, string Name, string Word, string? PasswordHash, string Filters, long? Segment, string CreatedBy, long CreatedMs, long? EndsMs)
{
    public bool HasEnded(long nowMs) => EndsMs is { } end && nowMs >= end;
}
