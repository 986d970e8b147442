namespace Sightline.Core.Queries.Names;

/// <summary>A value of a tag, and the numbers of the names that have it, in rising order: packed as distances, for most of which a byte is enough.</summary>
public sealed class TagValue
{
    private byte[] _more = [];
    private int _used;
    private int _first;
    private int _last;

    internal TagValue(string text) => Text = text;

    public string Text { get; }

    /// <summary>Names that have it.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes it takes, about.</summary>
    internal long Bytes => 100 + (2 * Text.Length) + (_more.Length > 0 ? _more.Length + 24 : 0);

    /// <summary>Adds one that is above all before.</summary>
    internal void Add(int id)
    {
        if (Count++ == 0)
        {
            (_first, _last) = (id, id);
            return;
        }

        if (_more.Length - _used < 5)
        {
            // Doubled while small, by a quarter later: the longest are most of the memory.
            Array.Resize(ref _more, Math.Max(8, _used < 4096 ? _used * 2 : _used + (_used / 4)));
        }

        var distance = (uint)(id - _last);
        while (distance >= 0x80)
        {
            _more[_used++] = (byte)(distance | 0x80);
            distance >>= 7;
        }

        _more[_used++] = (byte)distance;
        _last = id;
    }

    /// <summary>Adds all of them that are below the set's length.</summary>
    public void AddTo(IdSet set)
    {
        foreach (var id in Ids())
        {
            if (id >= set.Length)
            {
                return;
            }

            set.Add(id);
        }
    }

    /// <summary>One of them is in the set.</summary>
    public bool IsIn(IdSet set)
    {
        foreach (var id in Ids())
        {
            if (set.Contains(id))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The numbers, unpacked one by one.</summary>
    public Enumerator Ids() => new(this);

    /// <summary>Goes through the numbers.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _more;
        private readonly TagValue _of;
        private int _at = -1;

        internal Enumerator(TagValue of)
        {
            _of = of;
            _more = of._more.AsSpan(0, of._used);
        }

        public int Current { get; private set; }

        public readonly Enumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_at < 0)
            {
                (_at, Current) = (0, _of._first);
                return _of.Count > 0;
            }

            if (_at == _more.Length)
            {
                return false;
            }

            int distance = 0, shift = 0;
            byte next;
            do
            {
                next = _more[_at++];
                distance |= (next & 0x7f) << shift;
                shift += 7;
            }
            while (next >= 0x80);
            Current += distance;
            return true;
        }
    }
}
