using System.Globalization;

namespace Sightline.Store.DuckDb;

/// <summary>Whose data, as conditions.</summary>
/// <param name="Sessions">On <c>sessions s</c>.</param>
/// <param name="Identities">On <c>identities</c>.</param>
internal readonly record struct VisitsOf(string Sessions, string Identities)
{
    /// <summary>One browser's visits.</summary>
    public static VisitsOf Visitor(ulong visitor) => new(
        string.Create(CultureInfo.InvariantCulture, $"s.visitor = {visitor}"),
        string.Create(CultureInfo.InvariantCulture, $"visitor = {visitor}"));

    /// <summary>A person's visits, and those of every browser known to be the person's.</summary>
    public static VisitsOf Person(uint project, ulong person) => new(
        string.Create(CultureInfo.InvariantCulture,
            $"(s.person = {person} OR s.visitor = {person} OR s.visitor IN (SELECT visitor FROM identities WHERE project = {project} AND person = {person}))"),
        string.Create(CultureInfo.InvariantCulture, $"(visitor = {person} OR person = {person})"));
}
