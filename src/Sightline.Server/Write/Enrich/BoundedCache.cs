namespace Sightline.Server.Write.Enrich;

/// <summary>
/// Keeps what was used lately: at least <c>capacity</c> and at most twice as many entries. When the young half is full the old one
/// is thrown away; an entry found in the old half moves over. Cheaper than a linked list per entry and as good for skewed use.
/// For one thread.
/// </summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private Dictionary<TKey, TValue> _young = new(capacity);
    private Dictionary<TKey, TValue> _old = [];

    public int Count => _young.Count + _old.Count;

    public bool TryGet(TKey key, out TValue value)
    {
        if (_young.TryGetValue(key, out value!))
        {
            return true;
        }

        if (!_old.Remove(key, out value!))
        {
            return false;
        }

        Add(key, value);
        return true;
    }

    public void Add(TKey key, TValue value)
    {
        if (_young.Count >= capacity)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
        }

        _young[key] = value;
    }
}
