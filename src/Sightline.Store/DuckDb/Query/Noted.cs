namespace Sightline.Store.DuckDb.Query;

/// <summary>Counts distinct visits, visitors and people of groups.</summary>
internal interface IDistinct
{
    void Add(ReadOnlySpan<int> groupOf, ReadOnlySpan<int> visitOf, ReadOnlySpan<bool> counted);

    void Add(int group, int visit);
}

/// <summary>What distinct counts keep of an event: its visit, or, when nothing else is counted, its visitor or person, which are fewer.</summary>
/// <param name="Ids">The number of each visit; <see langword="null"/>: its own.</param>
/// <param name="Count">Numbers are below this.</param>
internal readonly record struct Noted(int[]? Ids, int Count)
{
    public static Noted Of(VisitTable visits) => (visits.WantsOutcome, visits.WantsVisitors, visits.WantsPeople) switch
    {
        (false, true, false) => new(visits.Visitor, visits.Visitors),
        (false, false, true) => new(visits.Person, visits.People),
        _ => new(null, visits.Count),
    };
}
