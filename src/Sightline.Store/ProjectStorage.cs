namespace Sightline.Store;

/// <summary>Data of a project.</summary>
/// <param name="Project">The project.</param>
/// <param name="Events">Events.</param>
/// <param name="Visits">Visits.</param>
/// <param name="Texts">Texts of the dictionary.</param>
/// <param name="Points">Points of its series.</param>
/// <param name="ApproximateBytes">Its share of all files: of a month's by events, of the main file by what rows of its tables usually take.</param>
public sealed record ProjectStorage(uint Project, long Events, long Visits, long Texts, long Points, long ApproximateBytes);
