namespace Sightline.Server.Features.Imports;

/// <summary>What the beginning of a file would become.</summary>
/// <param name="Format">Name of the format found; empty: no line could be read.</param>
/// <param name="Lines">Lines of requests looked at.</param>
/// <param name="First">The first that would count.</param>
/// <param name="Kept">How many would.</param>
/// <param name="Skipped">What would not, commonest first.</param>
/// <param name="StoredBefore">Bytes of the file that are imported already.</param>
/// <param name="Fault">Why the file cannot be read.</param>
public sealed record ImportPreview(
    string Format, int Lines, IReadOnlyList<PreviewLine> First, int Kept, IReadOnlyList<PreviewSkip> Skipped, long StoredBefore, string? Fault);
