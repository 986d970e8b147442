using System.Runtime.CompilerServices;

namespace Sightline.Store.DuckDb.Query;

/// <summary>Splits rows by goal: an event belongs to every goal it reaches.</summary>
/// <param name="selection">To read the event's name and path from.</param>
/// <param name="reaches">Of each goal; looked up before the pass, for while it runs its connection can answer nothing else.</param>
internal sealed class GoalPass(Selection selection, GoalReach[] reaches)
{
    private readonly int kindColumn = selection.Need("kind");
    private readonly int nameColumn = selection.Need("name");
    private readonly int pathColumn = selection.Need("path");
    private readonly bool[] reached = new bool[DuckDbRows.Capacity];
    private readonly int[] numbers = new int[DuckDbRows.Capacity];

    /// <summary>The same for another thread.</summary>
    public GoalPass Fork() => new(selection, reaches);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(DuckDbChunk chunk, ReadOnlySpan<int> visits, ReadOnlySpan<bool> chosen, ReadOnlySpan<int> groups, GroupKeys keys, GroupSums sums)
    {
        var kinds = chunk.Column(kindColumn).Values<byte>();
        var names = chunk.Column(nameColumn).Values<uint>();
        var paths = chunk.Column(pathColumn).Values<uint>();
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
                sums.Add(chunk, visits, reached.AsSpan(0, groups.Length), numbers.AsSpan(0, groups.Length), keys.Count);
            }
        }
    }
}
