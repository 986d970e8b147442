namespace Sightline.Server.Query;

/// <summary>
/// Results of earlier queries, each with the generations of the days it was computed from. An entry whose days have changed since is never
/// given out, unless it was kept with a time in which it may be. Bounded by memory; what was not used for longest goes first.
/// </summary>
/// <param name="limitBytes">Estimated size of everything kept.</param>
/// <param name="time">Tells how old results are.</param>
public sealed class ResultCache(long limitBytes, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> byUse = new();

    /// <summary>Estimated bytes kept.</summary>
    public long SizeBytes { get; private set; }

    public int Count
    {
        get
        {
            lock (gate)
            {
                return entries.Count;
            }
        }
    }

    /// <param name="key">Names the result, whatever the state of the data.</param>
    /// <param name="generations">Of the days it depends on, as they are now.</param>
    /// <returns><see langword="null"/>: not there, or computed from an older state and no longer good.</returns>
    public T? Find<T>(string key, ReadOnlySpan<long> generations) where T : class
    {
        lock (gate)
        {
            if (!entries.TryGetValue(key, out var node))
            {
                return null;
            }
            if (!generations.SequenceEqual(node.Value.Generations) && (node.Value.GoodFor == TimeSpan.Zero || time.GetElapsedTime(node.Value.Kept) >= node.Value.GoodFor))
            {
                Remove(node);
                return null;
            }
            byUse.Remove(node);
            byUse.AddFirst(node);
            return (T)node.Value.Value;
        }
    }

    /// <param name="key">As for <see cref="Find{T}"/>.</param>
    /// <param name="generations">Read before the data were.</param>
    /// <param name="value">Never changed afterwards.</param>
    /// <param name="sizeBytes">Estimate.</param>
    /// <param name="goodFor">How long it is given out although its days have changed.</param>
    public void Keep(string key, long[] generations, object value, long sizeBytes, TimeSpan goodFor = default)
    {
        var size = sizeBytes + (key.Length * 2) + (generations.Length * sizeof(long)) + 200;
        lock (gate)
        {
            if (entries.TryGetValue(key, out var old))
            {
                Remove(old);
            }
            // One result may not empty the cache of all others.
            if (size > limitBytes / 4)
            {
                return;
            }
            entries[key] = byUse.AddFirst(new Entry(key, generations, value, size, time.GetTimestamp(), goodFor));
            SizeBytes += size;
            while (SizeBytes > limitBytes)
            {
                Remove(byUse.Last!);
            }
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        byUse.Remove(node);
        entries.Remove(node.Value.Key);
        SizeBytes -= node.Value.Size;
    }

    private sealed record Entry(string Key, long[] Generations, object Value, long Size, long Kept, TimeSpan GoodFor);
}
