using System.Globalization;

namespace Sightline.Store.Series;

/// <summary>What a project's limit of series has kept out since the server's start.</summary>
/// <param name="Project">Whose.</param>
/// <param name="Series">Series it has.</param>
/// <param name="Limit">Series it may have.</param>
/// <param name="New">Series that were new since the start.</param>
/// <param name="Refused">Points of further series that were refused.</param>
/// <param name="LastRefusedMs">When, Unix milliseconds; 0: never.</param>
/// <param name="Worst">What most of the names begin with that were new or refused lately.</param>
public sealed record SeriesGuardReport(uint Project, int Series, int Limit, long New, long Refused, long LastRefusedMs, IReadOnlyList<NamePrefix> Worst)
{
    /// <summary>The worst beginnings in words: <c>app.requests. (93 %)</c>.</summary>
    public string WorstText => Worst.Count == 0 ? "no beginning in common" : string.Join(", ", Worst.Select(static prefix => string.Create(CultureInfo.InvariantCulture, $"{prefix.Text} ({prefix.Share * 100:0} %)")));
}
