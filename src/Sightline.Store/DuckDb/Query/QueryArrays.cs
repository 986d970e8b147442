using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// Large arrays of queries that have ended, kept for the next ones. New memory costs the system more than the query's own work: each page of it is
/// faulted in, often twice, and every such fault interrupts the other processors. Safe for all threads.
/// </summary>
/// <param name="limitBytes">What may be kept; more is left to the collector.</param>
public sealed class QueryArrays(long limitBytes)
{
    /// <summary>Smaller ones the runtime gives out faster than a lock.</summary>
    internal const int LeastBytes = 8192;

    private const long LeastCollected = 32 << 20;

    private readonly Lock gate = new();
    private readonly Dictionary<(Type Type, int Length), Stack<Array>> kept = [];

    private long dropped;

    /// <summary>Bytes lying here.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        lock (gate)
        {
            kept.Clear();
            SizeBytes = 0;
        }
    }

    /// <summary>A length not much above the one asked for (powers of two stay), so that arrays of about a length are one kind.</summary>
    internal static int Length(int least)
    {
        var step = 1 << Math.Max(0, BitOperations.Log2((uint)least) - 3);
        return (int)Math.Min(Array.MaxLength, (least + (long)step - 1) / step * step);
    }

    /// <summary>An array of exactly that length (a <see cref="Length"/>) whose values mean nothing.</summary>
    internal T[] Take<T>(int length) where T : unmanaged
    {
        lock (gate)
        {
            if (kept.TryGetValue((typeof(T), length), out var same) && same.TryPop(out var array))
            {
                SizeBytes -= (long)length * Unsafe.SizeOf<T>();
                return (T[])array;
            }
        }
        return GC.AllocateUninitializedArray<T>(length);
    }

    /// <param name="array">Which nobody uses any longer.</param>
    /// <param name="sizeBytes">Of all its elements.</param>
    internal void Give(Array array, long sizeBytes)
    {
        var collect = false;
        lock (gate)
        {
            if (SizeBytes + sizeBytes > limitBytes)
            {
                dropped += sizeBytes;
                collect = dropped > Math.Max(limitBytes, LeastCollected);
                dropped = collect ? 0 : dropped;
            }
            else
            {
                Keep(array, sizeBytes);
            }
        }
        if (collect)
        {
            // Only full collections look for large arrays, and the collector puts those off as long as there seems to be memory.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    private void Keep(Array array, long sizeBytes)
    {
        var kind = (array.GetType().GetElementType()!, array.Length);
        if (!kept.TryGetValue(kind, out var same))
        {
            kept[kind] = same = [];
        }
        same.Push(array);
        SizeBytes += sizeBytes;
    }
}
