namespace Sightline.Store.Series;

/// <summary>A node of the tree of names that a pattern matched.</summary>
/// <param name="Path">The dotted path down to it.</param>
/// <param name="Name">Its last element.</param>
/// <param name="Series">The series of that name; <see langword="null"/>: it is a branch only.</param>
/// <param name="HasChildren">There are names below it.</param>
public readonly record struct SeriesMatch(string Path, string Name, SeriesEntry? Series, bool HasChildren);
