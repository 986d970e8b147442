namespace Sightline.Store.DuckDb.Query;

/// <summary>A condition on rows, worked out a chunk at a time, by several threads at once.</summary>
internal abstract class Mask
{
    /// <param name="chunk">Rows of events or visits.</param>
    /// <param name="visits">For rows of events, the visit of each; empty for rows of visits.</param>
    /// <param name="result">One for each row, all to be set.</param>
    public abstract void Evaluate(DuckDbChunk chunk, ReadOnlySpan<int> visits, Span<bool> result);
}

internal sealed class AndMask(IReadOnlyList<Mask> parts) : Mask
{
    public override void Evaluate(DuckDbChunk chunk, ReadOnlySpan<int> visits, Span<bool> result)
    {
        parts[0].Evaluate(chunk, visits, result);
        Span<bool> other = stackalloc bool[result.Length];
        for (var p = 1; p < parts.Count; p++)
        {
            parts[p].Evaluate(chunk, visits, other);
            for (var i = 0; i < result.Length; i++)
            {
                result[i] &= other[i];
            }
        }
    }
}

internal sealed class OrMask(IReadOnlyList<Mask> parts) : Mask
{
    public override void Evaluate(DuckDbChunk chunk, ReadOnlySpan<int> visits, Span<bool> result)
    {
        parts[0].Evaluate(chunk, visits, result);
        Span<bool> other = stackalloc bool[result.Length];
        for (var p = 1; p < parts.Count; p++)
        {
            parts[p].Evaluate(chunk, visits, other);
            for (var i = 0; i < result.Length; i++)
            {
                result[i] |= other[i];
            }
        }
    }
}

internal sealed class NotMask(Mask part) : Mask
{
    public override void Evaluate(DuckDbChunk chunk, ReadOnlySpan<int> visits, Span<bool> result)
    {
        part.Evaluate(chunk, visits, result);
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = !result[i];
        }
    }
}

/// <summary>The id in a column is in a set.</summary>
internal sealed class IdMask(int column, IdSet ids) : Mask
{
    public override void Evaluate(DuckDbChunk chunk, ReadOnlySpan<int> visits, Span<bool> result)
    {
        var values = chunk.Column(column).Values<uint>();
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = ids.Contains(values[i]);
        }
    }
}

/// <summary>The engine worked it out: a BOOLEAN column without NULL.</summary>
internal sealed class SqlMask(int column) : Mask
{
    public override void Evaluate(DuckDbChunk chunk, ReadOnlySpan<int> visits, Span<bool> result)
    {
        var values = chunk.Column(column).Values<byte>();
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = values[i] != 0;
        }
    }
}

/// <summary>A flag of the row's visit. The array is filled between planning and reading events.</summary>
internal sealed class VisitMask : Mask
{
    public bool[] Flags { get; set; } = [];

    public override void Evaluate(DuckDbChunk chunk, ReadOnlySpan<int> visits, Span<bool> result)
    {
        var flags = Flags;
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = flags[visits[i]];
        }
    }
}

/// <summary>The event reaches one of some goals, or, when so asked, none of all.</summary>
internal sealed class GoalMask(int kindColumn, int nameColumn, int pathColumn, GoalReach reach, GoalReach? unlessAny) : Mask
{
    public override void Evaluate(DuckDbChunk chunk, ReadOnlySpan<int> visits, Span<bool> result)
    {
        var kinds = chunk.Column(kindColumn).Values<byte>();
        var names = chunk.Column(nameColumn).Values<uint>();
        var paths = chunk.Column(pathColumn).Values<uint>();
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = reach.By(kinds[i], names[i], paths[i]) || (unlessAny is not null && !unlessAny.By(kinds[i], names[i], paths[i]));
        }
    }
}
