using System.Runtime.CompilerServices;

namespace Sightline.Store.DuckDb.Query;

/// <summary>Who was in which group, in no order.</summary>
internal sealed class NoteList(MemoryBudget budget)
{
    private const int BlockLength = 4096;

    private readonly List<(Note[] Notes, int Length, int[]? Map)> full = [];
    private Note[] open = [];
    private int used;

    public int Count => full.Sum(block => block.Length) + used;

    public void Add(int group, int id)
    {
        if (used == open.Length)
        {
            Turn();
        }
        open[used++] = new() { Group = group, Id = id };
    }

    /// <param name="other">Of another thread, not to be used afterwards.</param>
    /// <param name="map">What its groups are here.</param>
    public void Absorb(NoteList other, int[] map)
    {
        other.Turn();
        full.AddRange(other.full.Select(block => block with { Map = map }));
    }

    /// <summary>Sorts the ids by group, and gives back the notes.</summary>
    /// <param name="starts">Zero, one for each group and two more; gets where each group's ids begin.</param>
    /// <param name="sorted">Long enough for all.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sort(Span<int> starts, Span<int> sorted)
    {
        Turn();
        foreach (var (notes, length, map) in full)
        {
            foreach (ref var note in notes.AsSpan(0, length))
            {
                note.Group = map is null ? note.Group : map[note.Group];
                starts[note.Group + 2]++;
            }
        }
        for (var g = 2; g < starts.Length; g++)
        {
            starts[g] += starts[g - 1];
        }
        foreach (var (notes, length, _) in full)
        {
            foreach (var note in notes.AsSpan(0, length))
            {
                sorted[starts[note.Group + 1]++] = note.Id;
            }
            budget.Give(notes);
        }
        full.Clear();
    }

    private void Turn()
    {
        if (used > 0)
        {
            full.Add((open, used, null));
        }
        (open, used) = (budget.Raw<Note>(full.Count == 0 ? 256 : BlockLength), 0);
    }

    private struct Note
    {
        public int Group;
        public int Id;
    }
}
