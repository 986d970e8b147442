using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>For every group the deepest scroll of each (visit, path), of which the mean is reported.</summary>
internal sealed class ScrollDepths(MemoryBudget budget)
{
    private readonly GroupIndex visitsOfGroups = new(budget);
    private readonly GroupIndex pages = new(budget);
    private byte[] deepest = budget.Array<byte>(1024);

    public void Add(int group, int visit, uint path, byte scroll)
    {
        var page = pages.Number((uint)visitsOfGroups.Number((uint)group, (uint)visit), path);
        budget.Grow(ref deepest, page + 1);
        deepest[page] = Math.Max(deepest[page], scroll);
    }

    /// <param name="other">Of another thread.</param>
    /// <param name="groups">What its groups are here.</param>
    public void Absorb(ScrollDepths other, int[] groups)
    {
        for (var page = 0; page < other.pages.Count; page++)
        {
            var (visitOfGroup, path) = other.pages.Key(page);
            var (group, visit) = other.visitsOfGroups.Key((int)visitOfGroup);
            Add(groups[group], (int)visit, path, other.deepest[page]);
        }
    }

    public void Sum(GroupState[] states)
    {
        for (var page = 0; page < pages.Count; page++)
        {
            var state = states[visitsOfGroups.Key((int)pages.Key(page).High).High];
            state.ScrollSum += deepest[page];
            state.ScrollCount++;
        }
    }
}
