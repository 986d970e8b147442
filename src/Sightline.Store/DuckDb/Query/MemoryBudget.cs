using System.Runtime.CompilerServices;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// What one query may take of memory for its own arrays, whichever of its threads makes them. Allocations ask first, so a query fails before the
/// machine does.
/// </summary>
internal sealed class MemoryBudget(long limitBytes)
{
    private long left = limitBytes;

    public void Take(long bytes)
    {
        if (Interlocked.Add(ref left, -bytes) < 0)
        {
            throw new QueryLimitException("The query needs more memory than one query may take; a shorter range or fewer dimensions need less.");
        }
    }

    public void Return(long bytes) => Interlocked.Add(ref left, bytes);

    public T[] Array<T>(int length) where T : unmanaged
    {
        Take((long)length * Unsafe.SizeOf<T>());
        return new T[length];
    }

    /// <summary>An array whose values mean nothing yet.</summary>
    public T[] Raw<T>(int length) where T : unmanaged
    {
        Take((long)length * Unsafe.SizeOf<T>());
        return GC.AllocateUninitializedArray<T>(length);
    }

    public void Grow<T>(ref T[] array, int length) where T : unmanaged
    {
        if (array.Length < length)
        {
            var longer = Math.Max(length, array.Length * 2);
            Take((long)(longer - array.Length) * Unsafe.SizeOf<T>());
            System.Array.Resize(ref array, longer);
        }
    }
}
