using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// What distinct counts keep of an event: its visit, or, when nothing else is counted, its visitor or person, which are fewer.
/// </summary>
/// <param name="Ids">The number of each visit; <see langword="null"/>: its own.</param>
/// <param name="Count">Numbers are below this.</param>
/// <param name="Who">Visitor or person of each visit, when just one of them is counted beside visits.</param>
/// <param name="WhoCount">Their numbers are below this.</param>
/// <param name="Needs">Which of visitors, people and visits are counted.</param>
internal readonly record struct Noted(int[]? Ids, int Count, int[]? Who, int WhoCount, GroupNeeds Needs)
{
    /// <summary>Whether a whole visit can be added to the sums of its group at once, as nobody else is counted but by <see cref="Who"/>.</summary>
    public bool SumsWholeVisits => Needs.HasFlag(GroupNeeds.Visits) && !Needs.HasFlag(GroupNeeds.Visitors | GroupNeeds.People);

    public static Noted Of(VisitTable visits, GroupNeeds needs)
    {
        const GroupNeeds both = GroupNeeds.Visitors | GroupNeeds.People;
        needs &= both | GroupNeeds.Visits;
        return needs switch
        {
            GroupNeeds.Visitors => new(visits.Visitor, visits.Visitors, null, 0, needs),
            GroupNeeds.People => new(visits.Person, visits.People, null, 0, needs),
            GroupNeeds.Visits | GroupNeeds.Visitors => new(null, visits.Count, visits.Visitor, visits.Visitors, needs),
            GroupNeeds.Visits | GroupNeeds.People => new(null, visits.Count, visits.Person, visits.People, needs),
            _ => new(null, visits.Count, null, 0, needs),
        };
    }
}
