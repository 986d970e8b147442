namespace Sightline.Store.DuckDb.Query;

/// <summary>Reads a streamed result with several threads: they take turns at the engine and look at what they took side by side.</summary>
internal static class ChunkReading
{
    /// <summary>Chunks taken in one turn: a few, so that neighbouring rows (of one visit, of one visitor) mostly meet the same thread.</summary>
    private const int AtOnce = 4;

    /// <param name="reader">One statement, one transaction, so all see one moment.</param>
    /// <param name="crew">Who reads; a short result is read by the caller alone.</param>
    /// <param name="take">Given the worker's number and a chunk that ends with the call.</param>
    public static void Run(DuckDbReader reader, Crew crew, Action<int, DuckDbChunk> take)
    {
        ChunkSource source = new(reader);
        var first = new DuckDbChunk?[AtOnce];
        var count = source.Take(first);
        if (count < AtOnce || crew.Size == 1 || crew.Deals)
        {
            Read(source, first, count, 0, take, static () => false);
            return;
        }
        crew.Run((worker, failed) =>
        {
            var chunks = worker == 0 ? first : new DuckDbChunk?[AtOnce];
            Read(source, chunks, worker == 0 ? count : source.Take(chunks), worker, take, failed);
        });
    }

    private static void Read(ChunkSource source, DuckDbChunk?[] chunks, int count, int worker, Action<int, DuckDbChunk> take, Func<bool> failed)
    {
        try
        {
            for (; count > 0 && !failed(); count = source.Take(chunks))
            {
                for (var i = 0; i < count; i++)
                {
                    take(worker, chunks[i]!);
                    chunks[i]!.Dispose();
                }
            }
        }
        finally
        {
            for (var i = 0; i < count; i++)
            {
                chunks[i]!.Dispose();
            }
        }
    }

    private sealed class ChunkSource(DuckDbReader reader)
    {
        private readonly Lock gate = new();
        private bool ended;

        /// <returns>Chunks taken; 0: there are no more.</returns>
        public int Take(DuckDbChunk?[] into)
        {
            lock (gate)
            {
                var count = 0;
                try
                {
                    while (count < into.Length && !ended)
                    {
                        into[count] = reader.Take();
                        ended = into[count] is null;
                        count += ended ? 0 : 1;
                    }
                }
                catch
                {
                    ended = true;
                    for (var i = 0; i < count; i++)
                    {
                        into[i]!.Dispose();
                    }
                    throw;
                }
                return count;
            }
        }
    }
}
