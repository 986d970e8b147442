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
