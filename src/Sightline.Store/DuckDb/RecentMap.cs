namespace Sightline.Store.DuckDb;

/// <summary>
/// Remembers what was used lately, within a bound: two generations, of which the older is forgotten whenever the younger is full, and
/// what is used moves to the younger. Nearly as good as a strict order of use, at the cost of a dictionary.
/// </summary>
/// <param name="capacity">Sum of costs in one generation.</param>
internal sealed class RecentMap<TKey, TValue>(long capacity) where TKey : notnull
{
    private Dictionary<TKey, (TValue Value, long Cost)> _young = [];
    private Dictionary<TKey, (TValue Value, long Cost)> _old = [];
    private long _cost;

    public int Count => _young.Count + _old.Count;

    public bool TryGet(TKey key, out TValue value)
    {
        if (_young.TryGetValue(key, out var found))
        {
            value = found.Value;
            return true;
        }

        if (_old.Remove(key, out found))
        {
            value = found.Value;
            Set(key, found.Value, found.Cost);
            return true;
        }

        value = default!;
        return false;
    }

    public void Set(TKey key, TValue value, long cost = 1)
    {
        _old.Remove(key);
        if (_young.TryGetValue(key, out var before))
        {
            _cost -= before.Cost;
        }
        else if (_cost + cost > capacity)
        {
            _old = _young;
            _young = [];
            _cost = 0;
        }

        _young[key] = (value, cost);
        _cost += cost;
    }

    public void Remove(TKey key)
    {
        _old.Remove(key);
        if (_young.Remove(key, out var found))
        {
            _cost -= found.Cost;
        }
    }

    public void Clear()
    {
        _young = [];
        _old = [];
        _cost = 0;
    }
}
