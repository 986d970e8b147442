using System.Text;

namespace Sightline.Store.DuckDb.Query;

/// <summary>Numbers the texts of one property as they come; 0 is none.</summary>
internal sealed class PropTexts
{
    private readonly MemoryBudget budget;
    private readonly Dictionary<string, uint> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, uint>.AlternateLookup<ReadOnlySpan<char>> bySpan;
    private readonly List<string> texts = [""];
    private char[] scratch = new char[256];

    public PropTexts(MemoryBudget budget)
    {
        this.budget = budget;
        ids[""] = 0;
        bySpan = ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Text(uint id) => texts[(int)id];

    public void Number(DuckDbColumn column, GroupIndex index, ReadOnlySpan<bool> chosen, Span<int> groups)
    {
        var strings = column.Strings();
        for (var i = 0; i < groups.Length; i++)
        {
            if (chosen[i])
            {
                groups[i] = index.Number((uint)groups[i], column.IsNull(i) ? 0 : Id(strings[i].Bytes));
            }
        }
    }

    /// <summary>Ids here of another's texts.</summary>
    public uint[] Absorb(PropTexts other)
    {
        var map = new uint[other.texts.Count];
        for (var id = 1; id < map.Length; id++)
        {
            map[id] = Id(other.texts[id]);
        }
        return map;
    }

    private uint Id(ReadOnlySpan<byte> utf8)
    {
        if (scratch.Length < utf8.Length)
        {
            scratch = new char[utf8.Length * 2];
        }
        return Id(scratch.AsSpan(0, Encoding.UTF8.GetChars(utf8, scratch)));
    }

    private uint Id(ReadOnlySpan<char> text)
    {
        if (!bySpan.TryGetValue(text, out var id))
        {
            budget.Take((text.Length * 2) + 80);
            id = (uint)texts.Count;
            texts.Add(new(text));
            ids[texts[^1]] = id;
        }
        return id;
    }
}
