namespace Sightline.Store;

/// <summary>What takes how much room. Sizes of files are exact; what part of a file belongs to whom is an estimate.</summary>
/// <param name="Sizes">Of everything.</param>
/// <param name="Months">By month of the events, UTC, oldest first.</param>
/// <param name="Projects">By project, in the order of their ids.</param>
public sealed record StorageReport(StoreSizes Sizes, IReadOnlyList<MonthStorage> Months, IReadOnlyList<ProjectStorage> Projects);
