using System.Runtime.CompilerServices;
using Sightline.Core.Queries;

namespace Sightline.Store.DuckDb.Query;

/// <summary>
/// What one query may take of memory for its own arrays, whichever of its threads makes them. Allocations ask first, so a query fails before the
/// machine does. Large arrays come from, and with the query's end go back to, those kept for queries; they may be longer than asked for.
/// </summary>
internal sealed class MemoryBudget(long limitBytes, QueryArrays arrays) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<Array, long> lent = new(ReferenceEqualityComparer.Instance);
    private long left = limitBytes;

    public void Take(long bytes)
    {
        if (Interlocked.Add(ref left, -bytes) < 0)
        {
            throw new QueryLimitException("The query needs more memory than one query may take; a shorter range or fewer dimensions need less.");
        }
    }

    /// <summary>All zero.</summary>
    public T[] Array<T>(int length) where T : unmanaged
    {
        var array = Raw<T>(length, out var isNew);
        if (!isNew)
        {
            array.AsSpan().Clear();
        }
        return array;
    }

    /// <summary>An array whose values mean nothing yet.</summary>
    public T[] Raw<T>(int length) where T : unmanaged => Raw<T>(length, out _);

    /// <summary>Longer, with what it holds; zero behind that.</summary>
    public void Grow<T>(ref T[] array, int length) where T : unmanaged
    {
        if (array.Length < length)
        {
            var longer = Array<T>(Math.Max(length, array.Length * 2));
            array.AsSpan().CopyTo(longer);
            Give(array);
            array = longer;
        }
    }

    /// <summary>Gives an array back before the query's end.</summary>
    public void Give<T>(T[] array) where T : unmanaged
    {
        var bytes = (long)array.Length * Unsafe.SizeOf<T>();
        Interlocked.Add(ref left, bytes);
        if (bytes < QueryArrays.LeastBytes)
        {
            return;
        }
        lock (gate)
        {
            lent.Remove(array);
        }
        arrays.Give(array, bytes);
    }

    /// <summary>Only when no thread of the query runs any longer.</summary>
    public void Dispose()
    {
        foreach (var (array, bytes) in lent)
        {
            arrays.Give(array, bytes);
        }
        lent.Clear();
    }

    private T[] Raw<T>(int length, out bool isNew) where T : unmanaged
    {
        isNew = (long)length * Unsafe.SizeOf<T>() < QueryArrays.LeastBytes;
        if (isNew)
        {
            Take((long)length * Unsafe.SizeOf<T>());
            return new T[length];
        }
        var rounded = QueryArrays.Length(length);
        var bytes = (long)rounded * Unsafe.SizeOf<T>();
        Take(bytes);
        var array = arrays.Take<T>(rounded);
        lock (gate)
        {
            lent[array] = bytes;
        }
        return array;
    }
}
