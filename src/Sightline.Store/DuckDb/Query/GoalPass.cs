namespace Sightline.Store.DuckDb.Query;

/// <summary>Splits rows by goal: an event belongs to every goal it reaches.</summary>
internal sealed class GoalPass(Selection selection, GoalSet goals)
{
    private readonly int kindColumn = selection.Need("kind");
    private readonly int nameColumn = selection.Need("name");
    private readonly int pathColumn = selection.Need("path");
    // Looked up before the pass: while it runs its connection can answer nothing else.
    private readonly GoalReach[] reaches = [.. Enumerable.Range(0, goals.Count).Select(goals.Reach)];
    private readonly bool[] reached = new bool[DuckDbRows.Capacity];
    private readonly int[] numbers = new int[DuckDbRows.Capacity];

    public void Add(DuckDbReader reader, ReadOnlySpan<int> visits, ReadOnlySpan<bool> chosen, ReadOnlySpan<int> groups, GroupKeys keys, GroupSums sums)
    {
        var kinds = reader.Column(kindColumn).Values<byte>();
        var names = reader.Column(nameColumn).Values<uint>();
        var paths = reader.Column(pathColumn).Values<uint>();
        for (var goal = 0; goal < reaches.Length; goal++)
        {
            var reach = reaches[goal];
            var any = false;
            for (var i = 0; i < groups.Length; i++)
            {
                reached[i] = chosen[i] && reach.By(kinds[i], names[i], paths[i]);
                if (reached[i])
                {
                    any = true;
                    numbers[i] = keys.WithGoal(groups[i], goal);
                }
            }
            if (any)
            {
                sums.Add(reader, visits, reached.AsSpan(0, groups.Length), numbers.AsSpan(0, groups.Length), keys.Count);
            }
        }
    }
}
